# Français du Québec, écrit d’abord. Ailleurs, `fr-ailleurs.ftl` change trois mots.
-temoins = témoins
-temoin = témoin
-renseignements = renseignements personnels
-courriel = courriel

language-name = Français
in-short = Vie privée

# Bannière
ask-title = Acceptez-vous ces outils ?
ask-who = { $site } aimerait utiliser { $vendors }. Ces outils peuvent déposer des { -temoins } dans votre appareil, vous identifier, vous localiser ou établir votre profil.
ask-abroad = { $home ->
    [QC] Des renseignements sur votre visite pourraient sortir du Québec : { $countries }.
    [CA] Des renseignements sur votre visite sortiraient du Canada : { $countries }.
    [MA] Des renseignements sur votre visite sortiraient du Maroc : { $countries }.
    [US] Des renseignements sur votre visite sortiraient des États-Unis : { $countries }.
   *[other] Des renseignements sur votre visite seraient traités ici : { $countries }.
}
ask-home = Les renseignements sur votre visite resteraient ici : { $countries }.
ask-free = Tout est désactivé en ce moment. « Accepter » active tout ; « Choisir », ce que vous voulez. Refuser ne change rien au site. Vous pourrez changer d’avis à tout moment, au bas de chaque page.
refuse = Refuser
accept = Accepter
refuse-all = Tout refuser
accept-all = Tout accepter
choose = Choisir
later = Plus tard
save = Enregistrer
withdraw = Retirer mon accord
close = Fermer
privacy-page = Page de confidentialité
list-separator = ,{" "}
other-tools = { $count ->
    [one] { $count } autre outil
   *[other] { $count } autres outils
}
list-last = {" "}et{" "}

# Fins
functional = Confort
functional-why = vidéos, cartes, clavardage
analytics = Mesure
analytics-why = savoir comment le site est utilisé
marketing = Publicité
marketing-why = annonces selon vos visites
necessary = Nécessaire

# Préférences
panel-title = Vos choix
panel-help = Un interrupteur éteint veut dire non. Le choix par fournisseur se fait à la page de confidentialité.
vendors-count = { $count ->
    [one] { $count } fournisseur
   *[other] { $count } fournisseurs
}
now-none = rien d’accepté
now-refused = refusé
now-gpc = refusé par votre navigateur
now-some = en partie accepté
now-all = accepté

# Emplacements réservés
frame-video = Vidéo : { $vendor }
frame-map = Carte : { $vendor }
frame-chat = Clavardage : { $vendor }
frame-booking = Prise de rendez-vous : { $vendor }
frame-social = Contenu social : { $vendor }
frame-captcha = Vérification : { $vendor }
frame-form = Formulaire : { $vendor }
frame-other = Contenu : { $vendor }
frame-who = Service de { $entity } ({ $country }). Rien n’en est chargé sans votre accord.
frame-unknown = Ce contenu vient d’un autre site. Il n’est pas chargé, pour protéger vos renseignements.
frame-sensitive = Aucun service extérieur n’est chargé sur cette page, quel que soit votre choix.
frame-not-offered = Ce site ne charge pas ce service.
load-once = Charger une fois
load-always = Toujours charger
open-there = Ouvrir sur { $host }

# Page de confidentialité
page-title = Votre vie privée · { $site }
letter-1 = Ce site ne charge aucun outil de mesure, de publicité ou de confort sans votre accord.
letter-2 = Votre adresse réseau est tronquée dès l’entrée : ni ce site ni ses outils n’en voient la fin.
letter-3 = Nous gardons votre choix dans un { -temoin }, { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} au plus, puis nous reposons la question.
letter-4 = Naviguer sur ce site n’est pas un accord : seul un bouton que vous pressez en est un.
letter-5 = Vous pouvez tout changer ici, en une pression.
your-choice = Votre choix
choice-none = Vous n’avez pas encore choisi ; tout ce qui est facultatif est donc désactivé.
choice-gpc = Votre navigateur a refusé pour vous (Global Privacy Control), et nous le respectons.
choice-refused = Le { $day }, vous avez tout refusé.
choice-granted = Le { $day }, vous avez accepté : { $what }.
receipt-link = Télécharger le reçu de mon accord
choice-nothing = Ce site n’utilise rien qui demande votre accord.
guardian-letter = Avant { $age } ans, c’est un parent ou un tuteur qui accepte ; pour refuser, personne n’a rien à demander.
only-this = Autoriser celui-ci seulement
not-this = Sauf celui-ci
known = Ce que nous savons de vous en ce moment
known-network = Réseau (adresse tronquée)
known-region = Région
known-language = Langue de la page
known-device = Appareil
known-counted = Compté dans nos statistiques
known-forgotten = Rien de cela n’est conservé à votre nom.
unknown = inconnue
yes = oui
no = non
phone = téléphone
tablet = tablette
computer = ordinateur
object = Ne plus me compter
count-me = Me compter de nouveau
counting = Nos statistiques sont des totaux anonymes, sans { -temoin }. Vous pouvez vous y opposer.
recipients = Qui recevrait quoi, si vous acceptez
recipients-none = Personne : aucun fournisseur n’est proposé sur ce site.
contract-ref = Contrat : { $ref }
authorisation-ref = Autorisation du transfert : { $ref }
col-vendor = Fournisseur
col-country = Pays
col-why = Pourquoi
col-kept = Ce qu’il dépose
vendor-policy = Sa politique
kept-nothing = rien
kept-count = { $count ->
    [one] { $count } { -temoin } ou clé
   *[other] { $count } { -temoins } et clés
}
kept-session = jusqu’à la fermeture du navigateur
kept-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
withheld = Ce qui a été écarté
withheld-why = Ces outils ne peuvent pas être activés ici, même avec votre accord.
reason-purpose-locked = ce site n’en veut pas
reason-residency = il traite les données hors du territoire promis
reason-no-contract = aucun contrat ne l’encadre
reason-no-authorisation = le transfert à l’étranger n’est pas autorisé
reason-session-replay = il enregistre vos gestes à l’écran
reason-no-contact = personne n’en répond
locked = Fermé pour tout le monde : { $what }
locked-why = Aucun bouton, aucun appel et aucun { -temoin } ne peut l’activer sur ce site. Là où une page en contient, ces outils en sont retirés avant qu’elle vous parvienne.
locked-count = { $count ->
    [one] { $count } outil connu et retiré
   *[other] { $count } outils connus et retirés
}
own-cookies = Notre propre { -temoin }
own-cookie-why = retient votre choix ; signé, illisible pour les scripts, le même pour tous ceux qui refusent le même jour
keeping = Combien de temps nous gardons quoi
keep-visit = Ce que nous savons de vous pendant la visite
keep-choice = Votre choix, dans notre { -temoin }
keep-receipts = Le reçu d’un accord, une fois l’accord fini (un refus n’en laisse aucun)
keep-counts = Nos statistiques anonymes
keep-counts-time = 25 mois
keep-enquiries = Les messages que vous nous envoyez, au plus
rights = Vos droits
rights-intro = Vous pouvez, quand vous voulez :
right-access = voir les { -renseignements } que nous avons sur vous, et en recevoir une copie ;
right-rectify = faire corriger ceux qui sont inexacts ou incomplets ;
right-erase = faire supprimer ceux qui ne servent plus ;
right-object = vous opposer à ce que nous en faisons ;
right-withdraw = retirer votre accord, au début de cette page, sans rien perdre ;
right-portability = recevoir dans un format informatique ceux que vous nous avez confiés, ou les faire remettre à un autre organisme.
rights-delay = Nous répondons en { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} au plus.
law-quebec = Ces droits viennent des lois du Québec sur la protection des renseignements personnels (P-39.1 et A-2.1, modifiées par la loi 25).
law-canada = Ces droits viennent de la loi fédérale sur la protection des renseignements personnels (LPRPDE).
law-morocco = Ces droits viennent de la loi 09-08 relative à la protection des personnes physiques à l’égard du traitement des données à caractère personnel.
law-gdpr = Ces droits viennent du Règlement général sur la protection des données (RGPD, articles 15 à 22).
law-us-hipaa = Pour les renseignements de santé, ces droits viennent de la loi américaine HIPAA (45 CFR 164) ; pour le reste, nous nous y engageons.
law-strict = Nous vous les reconnaissons où que vous viviez.
rights-write = Écrivez à
rights-nobody = Ce site n’a pas encore nommé de personne responsable ; il ne peut donc rien vous demander.
email = { -courriel }
regulator = Pour porter plainte : { $name }.
small-print = En petits caractères
version = Version { $version } de cet avis.
effective = En vigueur le { $day }.
replaces = Avant elle : version { $version }.
version-next = Ce sera la version { $version }.

# Un avis annoncé
upcoming = Cet avis change le { $day }
upcoming-new = Nous vous proposerons alors, pour la première fois : { $what }.
upcoming-asked = D’ici là, rien ne change. Ce jour-là, votre choix d’aujourd’hui ne comptera plus : nous vous demanderons de nouveau, et refuser restera sans conséquence.

# Dates
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
as-data = Cet inventaire en données (JSON)
back = Revenir au site
languages = Langues

# Garantie de comptage
decimal-mark = ,
usage-title = Comment nous comptons · { $site }
usage-link = Comment nous comptons, et ce que nous garantissons
usage-letter-1 = Seuls des agrégats anonymisés sont enregistrés.
usage-letter-2 = Nous comptons des visites, sans une ligne par visiteur et sans rien déposer pour cela dans votre appareil.
usage-letter-3 = Chaque nombre porte un bruit tiré au hasard, qui couvre la part de chacun.
usage-letter-4 = Cette page dit exactement ce que cela garantit, et ce que cela ne garantit pas.
usage-you = Vous et ce compte
usage-counted = En ce moment, vos pages sont comptées. Vous pouvez vous y opposer, dès la page suivante.
usage-not-counted = Vos pages ne sont pas comptées : vous l’avez demandé.
usage-objecting = Notre propre { -temoin } retient une opposition { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} au plus, sans rien qui vous distingue.
usage-promise = La promesse en trois nombres
usage-rho = ρ (rhô)
usage-rho-what = le budget d’un jeton pour un jour, tous les comptes réunis
usage-epsilon = ε (epsilon)
usage-epsilon-what = le même budget, dans la mesure la plus connue
usage-delta = δ (delta)
usage-delta-what = la probabilité qu’epsilon laisse de côté
usage-unit = L’unité est un jeton pendant un jour sur ce site, ajouté ou retiré. Avec ou sans lui, la probabilité de tout ce qui est publié change d’un facteur { $factor } au plus (e à la puissance ε), à δ près : c’est le pire des cas.
usage-formula = ε est arrondi au dixième supérieur :
usage-token = Un jeton n’est pas une personne
usage-token-text = Il est calculé à partir de votre réseau (adresse tronquée), du nom de votre navigateur et des langues qu’il demande, sous une clé tirée au hasard chaque jour pour ce seul site. Deux personnes qui ont le même réseau, le même navigateur et les mêmes langues ont le même jeton ; une personne qui passe par deux réseaux en a deux ; le lendemain, tous sont nouveaux.
usage-costs = Ce que cela peut coûter
usage-cost-when = Dans ce cas
usage-cost-most = Au plus
usage-cost-here = Ici, en ρ
usage-cost-swap = La journée d’un jeton est échangée contre une autre, comme lorsqu’il est partagé.
usage-cost-tokens = Une personne a k jetons le même jour.
usage-cost-days = Une personne vient n jours, et tout est publié chaque jour.
usage-cost-week = Une personne vient k jours d’une même semaine, publiée d’un bloc sauf les visites.
usage-cost-for = { $cost } si { $case }
usage-what = Ce qui est compté
usage-what-1 = Ce qu’une page demandée montre est cherché dans des listes fermées, que les demandes des visiteurs n’allongent jamais ; ce qui n’y est pas compte comme « autre ». Dans chaque compte, un jeton ajoute 1 à tant de cases au plus.
usage-what-2 = Chaque case de ces listes, même vide, reçoit son bruit. L’écart type en dit la taille : environ deux fois sur trois, le nombre publié est à moins que cela du nombre exact.
usage-col-what = Compte
usage-col-cells = Cases, au plus
usage-col-rho = Part de ρ
usage-col-noise = Écart type
usage-visits = Visites
usage-visits-what = les jetons du jour qui ont demandé une page comme le fait un navigateur
usage-pages = Pages
usage-pages-what = les pages différentes de la visite, dans l’ordre, jusqu’à { $count } ; une page sensible compte sous celle qui la contient, une page hors de la liste sous « autre »
usage-sources = Provenance
usage-sources-what = accès direct, autre site, ou l’un des moteurs, réseaux sociaux, assistants, annuaires et messageries d’une liste
usage-entries = Entrées
usage-entries-what = combien de fois la visite est entrée d’ailleurs : 1, 2, 3, ou 4 et plus
usage-hours = Heures
usage-hours-what = l’heure de la première page
usage-regions = Régions
usage-regions-what = le pays ; au Canada et au Maroc, la province ou la région ; d’après l’adresse tronquée
usage-consent = Consentement
usage-consent-what = où en est le choix à la dernière page : rien à demander, sans réponse, refus, refus par le navigateur, accord, accord en partie
usage-devices = Appareils
usage-devices-what = téléphone, tablette ou ordinateur
usage-languages = Langues
usage-languages-what = la langue que le navigateur demande d’abord, si elle est dans la liste
usage-depth = Pages par visite
usage-depth-what = 1, 2, 3 à 5, 6 à 10, ou 11 et plus
usage-goals = Objectifs
usage-goals-what = les objectifs que le site a déclarés d’avance (une page atteinte, un formulaire envoyé, un appel ou un lien pressé), les premiers qu’atteint la visite, jusqu’à { $count } ; un objectif placé sur une page sensible ne compte que sous le nom que le site lui a donné
usage-funnels = Parcours déclarés
usage-funnels-what = pour chaque parcours de deux ou trois pages que le site a déclaré, la dernière étape atteinte dans l’ordre
usage-campaigns = Campagnes
usage-campaigns-what = la première campagne de la visite, si le site l’a inscrite d’avance ; les autres comptent ensemble
usage-speed = Vitesse
usage-speed-what = le temps que la première page a mis à commencer : moins de 0,2 s, 0,5 s, 1 s ou 3 s, ou davantage
usage-not-found = Pages introuvables
usage-not-found-what = si la visite a demandé une page qui n’existe pas, où se trouvait le lien : sur le site, ailleurs, nulle part ; jamais l’adresse demandée
usage-goals-by-source = Objectifs par canal
usage-goals-by-source-what = les mêmes objectifs, jusqu’à { $count }, chacun avec le canal par lequel la visite est venue (recherche, réseau social, accès direct)
usage-agents = Robots
usage-agents-what = préchargements, automates, robots déclarés et jetons d’une activité démesurée, comptés à part des visites
usage-capacity = Capacité
usage-capacity-what = aucun compte : un bruit sur la taille de la table du jour, car il se voit si elle a débordé
usage-reserve = En réserve, pour des comptes à venir
usage-total = En tout
usage-event = Un petit script des pages du site signale au site, par un numéro dans une liste fermée, qu’un lien a été pressé ou qu’une page déclarée s’est affichée sans se charger. Il n’envoie rien d’autre, ne garde rien dans votre appareil, et n’est pas là si vous vous opposez au comptage.
usage-never = Ce que le comptage n’enregistre jamais
usage-never-address = votre adresse, entière ou tronquée : elle sert un instant au jeton et à la région
usage-never-agent = le nom de votre navigateur (User-Agent) : il sert un instant au jeton, à l’appareil et au tri des robots
usage-never-search = ce que vous cherchez, et tout ce qui suit le « ? » d’une adresse
usage-never-path = le chemin d’une page qui n’est pas dans la liste
usage-never-row = une ligne par visiteur, un parcours, un historique
usage-never-cookie = un { -temoin } ou un stockage pour compter : il n’y en a pas
usage-when = Quand les nombres sont publiés
usage-when-daily = Ce site publie tous ses nombres chaque jour ; les heures, dès qu’elles sont finies.
usage-when-weekly = Ce site publie les visites chaque jour, et tout le reste une fois par semaine.
usage-when-auto = Ce site publie les visites chaque jour. Il publie le reste une fois par semaine, ou chaque jour quand la semaine d’avant a compté { $visits } visites par jour ou plus : cela se décide le lundi, d’après les nombres déjà publiés.
usage-zone = Ses jours et ses semaines suivent le fuseau horaire { $zone }.
usage-who = « Publié » veut dire remis, avec son bruit, aux personnes qui lisent les statistiques du site.
usage-open = Tant qu’elle n’est pas close, la période en cours est faite de { -renseignements }. Nous ne la gardons qu’en mémoire, ou dans un système de fichiers en mémoire pour survivre à une panne ; nous ne l’écrivons jamais sur un disque. À la fin de chaque jour, les jetons et leur clé sont effacés ; seules des sommes attendent la fin de la semaine.
usage-once = Le bruit n’est tiré qu’une fois pour chaque nombre, et prend la place du nombre exact.
usage-kept = Les nombres publiés sont gardés 25 mois, puis supprimés.
usage-outside = Ce qui est hors de cette garantie
usage-outside-receipts = les reçus de consentement : un registre à part, que le comptage ne joint jamais à ses nombres
usage-outside-metrics = les mesures du programme lui-même : grossières, en mémoire, pour l’exploitant seul
usage-outside-origin = les journaux du serveur du site, s’il en tient

# Consentement d’un parent
guardian-title = Avez-vous { $age } ans ou plus ?
guardian-text = Avant { $age } ans, c’est un parent ou un tuteur qui accepte. Nous ne retenons que votre réponse, jamais votre âge. Refuser ne demande rien à personne.
guardian-yes = Oui, ou mon parent ou tuteur accepte
guardian-no = Non, refuser

# Erreurs
error-400 = Cette demande ne peut pas être lue
error-400-do = Revenez à la page précédente et recommencez.
error-403 = Cette demande n’a pas été acceptée
error-403-do = Ouvrez la page depuis le site lui-même, puis recommencez.
error-404 = Cette page n’existe pas
error-404-do = Vérifiez l’adresse, ou revenez à l’accueil.
error-405 = Cette page ne se demande pas ainsi
error-405-do = Revenez à la page précédente et suivez un lien.
error-408 = Votre demande a mis trop de temps à arriver
error-408-do = Vérifiez votre connexion, puis recommencez.
error-413 = Cet envoi est trop gros
error-413-do = Réduisez la taille du fichier et recommencez.
error-415 = Ce format d’envoi n’est pas reconnu
error-415-do = Revenez à la page précédente et recommencez.
error-421 = Ce site n’est pas ici
error-421-do = Vérifiez l’adresse.
error-422 = Il manque une réponse
error-422-do = Revenez à la page précédente et répondez à la question posée.
error-429 = Trop de demandes à la fois
error-429-do = Attendez une minute et recommencez.
error-431 = Cette demande est trop longue
error-431-do = Effacez les { -temoins } de ce site, puis recommencez.
error-502 = Le site n’a pas pu préparer cette page
error-502-do = Recommencez dans un instant. Si c’est urgent, téléphonez à la clinique.
error-503 = Le site est indisponible pour le moment
error-503-do = Recommencez dans quelques minutes. Si c’est urgent, téléphonez à la clinique.
error-504 = Le site met trop de temps à répondre
error-504-do = Recommencez dans un instant. Si c’est urgent, téléphonez à la clinique.
error-grant = Votre accord n’a pas pu être enregistré
error-grant-do = Rien n’a donc été activé. Le reste du site fonctionne ; vous pourrez recommencer plus tard.

country-AU = Australie
country-BE = Belgique
country-BR = Brésil
country-CA = Canada
country-CH = Suisse
country-CN = Chine
country-CZ = Tchéquie
country-DE = Allemagne
country-DK = Danemark
country-EE = Estonie
country-ES = Espagne
country-FI = Finlande
country-FR = France
country-GB = Royaume-Uni
country-IE = Irlande
country-IL = Israël
country-IN = Inde
country-IT = Italie
country-JP = Japon
country-KR = Corée du Sud
country-LT = Lituanie
country-MA = Maroc
country-MT = Malte
country-NL = Pays-Bas
country-NO = Norvège
country-NZ = Nouvelle-Zélande
country-PL = Pologne
country-RU = Russie
country-SE = Suède
country-SG = Singapour
country-TN = Tunisie
country-UA = Ukraine
country-US = États-Unis
country-CY = Chypre
country-SI = Slovénie
