Feature: A run that was written down
  A simulation that finds a bug leaves a file; as a feature it fails until the bug is mended. This
  one holds, and shows what such a feature looks like: the machine loses the answer to its question,
  and the wallet's yes arrives twice.

  Scenario: Every invariant holds for seed 11
    Given the simulation
      """json
      {
        "seed": 11,
        "purchases": 4,
        "customers": [0, 1, 2, 3],
        "faults": {
          "seed": 11,
          "rules": [],
          "script": [
            "answer_lost|machine>ledger POST /v1/intents#0",
            "duplicated|wallet>ledger POST /v1/authorisations#0"
          ]
        },
        "broke": [],
        "commit": "0.1.0"
      }
      """
    When the simulation is run again
    Then every invariant holds in the simulation
