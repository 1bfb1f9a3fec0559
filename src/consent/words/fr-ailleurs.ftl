# Les mots qui changent hors du Canada.
-temoins = cookies
-temoin = cookie
-renseignements = données personnelles
-courriel = e-mail
functional-why = vidéos, cartes, messagerie
frame-chat = Messagerie : { $vendor }
