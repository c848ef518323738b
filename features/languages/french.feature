# language: fr
Fonctionnalité: Les mêmes histoires en trois langues
  L'anglais, le chinois et le français les racontent mot pour mot ; les journaux de leurs mondes sont
  les mêmes octets.

  Contexte:
    Sachant que Pete a un portefeuille avec 100.00 CNY
    Et que Sandrine a un portefeuille avec 5.00 CNY

  Plan du scénario: Acheter
    Soit un distributeur qui <encaisse>, avec
      | emplacement   | boisson   | prix   | stock |
      | <emplacement> | <boisson> | <prix> | 2     |
    Et qu'un client a appuyé sur <emplacement>
    Alors le distributeur affiche un code de <prix>
    Quand Pete et Sandrine scannent tous deux le code et confirment
    Alors l'un de Pete et Sandrine a payé
    Mais l'autre reçoit la réponse : quelqu'un a déjà payé
    Et la boisson tombe
    Et la vente est conclue
    Et l'emplacement <emplacement> contient 1 boissons
    Et les comptes sont justes

    Exemples:
      | encaisse                                        | emplacement | boisson | prix     |
      | retient l'argent jusqu'à la chute de la boisson | B4          | Cola    | 3.50 CNY |
      | encaisse aussitôt par WeChat Pay                | C1          | Tea     | 4.00 CNY |

  Scénario: Échouer
    Étant donné un distributeur qui encaisse aussitôt, avec
      | emplacement | boisson | prix     | stock |
      | B4          | Cola    | 3.50 CNY | 5     |
    Et que la prochaine boisson se coince
    Et que les 2 prochaines notifications au distributeur se perdent
    Et que le distributeur échoue 1 fois à joindre la plateforme
    Lorsqu'un client appuie sur B4
    Et que Pete scanne le code et confirme avec le PIN « 000000 »
    Alors Pete reçoit la réponse : le PIN est faux
    Quand Pete scanne le code et confirme
    Alors Pete a payé
    Et aucune boisson ne tombe
    Et l’argent revient au client
    Et Pete a 100.00 CNY
    Et les comptes sont justes

  Scénario: L'argent
    Soit un distributeur qui encaisse aussitôt par WeChat Pay, avec
      | emplacement | boisson | prix     | stock |
      | B4          | Cola    | 3.50 CNY | 5     |
    Et qu'un client a appuyé sur B4
    Quand Pete scanne le code et confirme
    Alors la boisson tombe
    Quand le commerçant rembourse 1.00 CNY
    Et que 1 minute passe
    Alors Pete a 97.50 CNY
    Quand le commerçant rembourse 2.51 CNY
    Alors le commerçant reçoit la réponse : c'est plus que ce qui a été payé
    Et le distributeur et la plateforme ont dit
      | le distributeur | native              |
      | la plateforme   | TRANSACTION.SUCCESS |
      | la plateforme   | REFUND.SUCCESS      |
    Et les comptes sont justes

  Scénario: Une boutique
    Soit une boutique qui vérifie avec l'une ou l'autre clé
    Et que la plateforme envoie les 2 prochaines notifications avec une demi-minute de retard
    Et que la boutique a demandé 20.00 CNY
    Quand Pete scanne le code et confirme
    Et que 1 minute passe
    Alors la notification est venue 30 secondes après le paiement
    Et une requête dit la même chose
    Et la boutique a reçu un code
    Quand la boutique rembourse 30.00 CNY
    Alors la plateforme répond INVALID_REQUEST
    Quand la boutique rembourse 10.00 CNY
    Et que 1 heure passe
    Alors la boutique apprend que 10.00 CNY ont été remboursés
    Quand 14 heures passent
    Et que la boutique récupère le relevé des ventes d'hier
    Alors le relevé dit
      | ventes et remboursements | 2         |
      | payé                     | 20.00 CNY |
      | remboursé                | 10.00 CNY |
    Et les comptes sont justes

  Scénario: Ce que voient les gens, un mauvais jour
    Soit un distributeur qui retient l'argent jusqu'à la chute de la boisson, avec
      | emplacement | boisson | prix     | stock |
      | B4          | Cola    | 3.50 CNY | 5     |
    Et ce plan de pannes
      """
      seed = 7
      [[rules]]
      fault = "answer_lost"
      from = "machine"
      to = "ledger"
      times = 1
      """
    Et ces pannes
      | fault        | from   | to      | times |
      | request_lost | ledger | machine | 1     |
    Et que la plateforme trouve sa base de données verrouillée une fois
    Et qu'un client a appuyé sur B4
    Alors l'écran du distributeur dit : scannez pour payer
    Quand Pete scanne le code
    Alors le téléphone de Pete demande 3.50 CNY
    Quand Pete confirme sur le téléphone
    Alors le téléphone de Pete dit : retenu, pas encore pris
    Quand le distributeur perd le courant pendant 10 secondes
    Et que 1 minute passe
    Alors le distributeur a du courant
    Et la commande est close
    Et la plateforme a notifié au distributeur
      | notification       | essais | sort     |
      | payment.authorised | 3      | délivrée |
      | payment.captured   | 1      | délivrée |
    Et le relevé de Pete dit
      | quoi     | montant    | solde      |
      | recharge | 100.00 CNY | 100.00 CNY |
      | paiement | -3.50 CNY  | 96.50 CNY  |
    Et aucune perte n'est consignée
    Et tous les invariants tiennent
