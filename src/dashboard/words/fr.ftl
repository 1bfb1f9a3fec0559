# Français du Québec, écrit d’abord.
title = Fréquentation
title-site = Fréquentation de { $site }
skip = Aller aux chiffres
navigation = Sections
languages = Langue
log-out = Fermer la session
logged-in = Session de { $name }
sample = Données d’exemple : ces visites ont été inventées pour la démonstration.

# Connexion
login-title = Ouvrir une session
login-name = Nom
login-password = Mot de passe
login-button = Ouvrir
login-wrong = Le nom et le mot de passe ne vont pas ensemble. Vérifiez-les et recommencez.
login-closed = Trop d’essais. Attendez un quart d’heure, puis recommencez.
login-elsewhere = Cette demande ne venait pas de cette page. Remplissez le formulaire ci-dessous.
login-help = Les comptes se créent sur le serveur : paravent account add.
store-away = Les comptes ne peuvent pas être lus en ce moment. Recommencez dans une minute.

# Choix
site = Site
sites = Sites
period = Période
span-7 = 7 jours
span-28 = 28 jours
span-90 = 90 jours
other-days = Autres dates
from = Du
to = Au
show = Afficher
from-to = { $from } au { $to }
overview = Vue d’ensemble

# Chiffres
figures = En bref
figure-visits = Visites
figure-pages = Pages vues
figure-search = Venues d’un moteur de recherche
figure-phones = Sur un téléphone
figure-agreed = Ont accepté des outils
range = de { $low } à { $high }
zero-to = 0 à { $high }
hidden = trop peu pour se distinguer du bruit
not-yet = Pas encore publié
change-more = { $value } de plus qu’avant
change-less = { $value } de moins qu’avant
change-points-more = { $count ->
    [one] { $count } point de plus qu’avant
   *[other] { $count } points de plus qu’avant
}
change-points-less = { $count ->
    [one] { $count } point de moins qu’avant
   *[other] { $count } points de moins qu’avant
}
change-unclear = Pas de changement net
change-none = Trop peu de jours pour comparer
before = « Avant » : { $from } au { $to }.

# Graphique
chart-title = Visites par jour
chart-describe = Visites publiées par jour, du { $from } au { $to }, avec leur marge.
chart-point = { $value } visites, { $share }
chart-gap = Rien de publié
chart-meaning = La ligne est le nombre publié ; la bande, ce qu’il peut valoir. Dans 95 cas sur 100, le compte exact se trouve dans la bande.
chart-interrupted = { $count ->
    [one] Le comptage a été interrompu une fois pendant cette période : ce jour compte moins de visites.
   *[other] Le comptage a été interrompu { $count } fois pendant cette période : ces jours comptent moins de visites.
}
chart-table = Les mêmes nombres en tableau
day = Jour
number = Nombre
margin = Marge

# Cartes
card-visits = Visites
card-sources = Provenance
card-pages = Pages
card-regions = Régions
card-devices = Appareils
card-consent = Consentement
card-languages = Langues
card-entries = Entrées par visite
card-hours = Heures d’arrivée
card-depth = Pages par visite
card-agents = Robots et préchargements
card-goals = Objectifs
card-funnels = Parcours
card-campaigns = Campagnes
card-speed = Vitesse de la première page
card-not-found = Pages introuvables
card-goals-by-source = Objectifs par canal
share-of-visits = { $share } des visites (de { $low } à { $high })
share-of-first = { $share } de la première étape (de { $low } à { $high })
all = Tout voir
csv = CSV
csv-of = Télécharger « { $name } » en CSV
all-of = Tout voir : { $name }
covers = Publié du { $from } au { $to }
card-empty = Rien de publié pour ces jours.
card-noise = Rien ne se distingue du bruit dans cette période. Une période plus longue en dit davantage.
card-others = Les valeurs qui se perdent dans le bruit ne sont pas montrées ici.
exact-note = Une visite est un visiteur pendant un jour : qui revient le lendemain compte de nouveau. Personne n’est suivi d’un jour à l’autre.

# Vide
empty-title = Rien de publié pour ces jours
empty-when = Les visites d’un jour paraissent peu après minuit. Les pages, la provenance et le reste paraissent le lundi, pour la semaine, tant que le site a moins de 500 visites par jour.
empty-why = Entre-temps, rien n’est à voir : les comptes du jour restent en mémoire, et ne sont publiés qu’avec leur bruit.
empty-do = En attendant, vérifiez que le site passe bien par Paravent : ouvrez-le et cherchez la demande de consentement.

# Garantie
guarantee = Seuls des nombres agrégés et anonymisés sont conservés. Chacun porte un bruit tiré une seule fois : epsilon { $epsilon } par visiteur et par jour, rho { $rho }.

# Cellules
page-unlisted = (autres pages)
hour = { $value } h
sources-direct = Accès direct
sources-internal = Suite d’une visite
sources-referral = Autres sites
sources-webmail = Messagerie web
sources-other = Autre moteur
sources-newsletter = Infolettre
sources-google-business = Fiche Google
sources-pages-jaunes = Pages Jaunes
sources-rvsq = Rendez-vous santé Québec
sources-quebec = Portail de santé du Québec
sources-cmq = Collège des médecins
sources-pages-maroc = Pages Maroc
sources-public = Autre site public de santé
channel-search = recherche
channel-social = réseau social
channel-assistant = assistant
channel-email = courriel
channel-directory = annuaire
channel-health = annuaire de santé
funnel-step = { $name } : étape { $value }
goal-by-channel = { $name }, { $value }
campaign-other = Autres campagnes
speed-instant = Moins de 0,2 s
speed-fast = De 0,2 à 0,5 s
speed-fair = De 0,5 à 1 s
speed-slow = De 1 à 3 s
speed-very-slow = Plus de 3 s
not-found-own = Lien d’une page du site
not-found-elsewhere = Lien d’un autre site
not-found-typed = Adresse saisie ou gardée
devices-phone = Téléphone
devices-tablet = Tablette
devices-computer = Ordinateur
consent-not-asked = Rien à demander
consent-unanswered = Sans réponse
consent-signal = Refus par le navigateur (GPC)
consent-refused = Refus
consent-partial = Accord en partie
consent-accepted = Accord
languages-other = Autre langue
languages-ar = Arabe
languages-ber = Amazighe
languages-de = Allemand
languages-en = Anglais
languages-es = Espagnol
languages-fr = Français
languages-ht = Créole haïtien
languages-it = Italien
languages-pt = Portugais
languages-zh = Chinois
agents-prefetch = Préchargements
agents-automation = Automates
agents-crawler = Robots déclarés
agents-overflow = Au-delà de la capacité
region-unknown = Région inconnue
region-CA = Canada (sans province)
region-CA-AB = Alberta
region-CA-BC = Colombie-Britannique
region-CA-MB = Manitoba
region-CA-NB = Nouveau-Brunswick
region-CA-NL = Terre-Neuve-et-Labrador
region-CA-NS = Nouvelle-Écosse
region-CA-NT = Territoires du Nord-Ouest
region-CA-NU = Nunavut
region-CA-ON = Ontario
region-CA-PE = Île-du-Prince-Édouard
region-CA-QC = Québec
region-CA-SK = Saskatchewan
region-CA-YT = Yukon
region-MA-01 = Tanger-Tétouan-Al Hoceïma
region-MA-02 = L’Oriental
region-MA-03 = Fès-Meknès
region-MA-04 = Rabat-Salé-Kénitra
region-MA-05 = Béni Mellal-Khénifra
region-MA-06 = Casablanca-Settat
region-MA-07 = Marrakech-Safi
region-MA-08 = Drâa-Tafilalet
region-MA-09 = Souss-Massa
region-MA-10 = Guelmim-Oued Noun
region-MA-11 = Laâyoune-Sakia El Hamra
region-MA-12 = Dakhla-Oued Ed-Dahab

month-01 = janv.
month-02 = févr.
month-03 = mars
month-04 = avr.
month-05 = mai
month-06 = juin
month-07 = juill.
month-08 = août
month-09 = sept.
month-10 = oct.
month-11 = nov.
month-12 = déc.
