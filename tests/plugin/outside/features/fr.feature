# language: fr
Fonctionnalité: Notre distributeur
  Contexte:
    Soit un distributeur qui retient l'argent jusqu'à la chute de la boisson, avec
      | emplacement | boisson | prix     | stock |
      | B4          | Cola    | 3.50 CNY | 2     |
    Et que Pete a un portefeuille avec 100.00 CNY

  Scénario: Une boisson
    Sachant qu'un client a appuyé sur B4
    Quand Pete scanne le code et confirme
    Alors la boisson tombe
    Et la vente est conclue
    Et Pete a 96.50 CNY
    Et l'emplacement B4 contient 1 boissons
    Et les comptes sont justes

  Scénario: Elle se coince
    Sachant que la prochaine boisson se coince
    Et qu'un client a appuyé sur B4
    Quand Pete scanne le code et confirme
    Alors aucune boisson ne tombe
    Et l'argent revient au client
    Et les comptes sont justes

  Scénario: Personne ne paie
    Sachant qu'un client a appuyé sur B4
    Quand 3 minutes passent
    Alors la commande est expirée
    Et les comptes sont justes

  Scénario: Des ennuis sur le réseau
    Sachant que les 2 prochaines notifications au distributeur se perdent
    Et qu'un client a appuyé sur B4
    Quand Pete scanne le code et confirme
    Alors la boisson tombe
    Et les comptes sont justes
