"""REMEMBER: the only PynamoDB; ledger.commit is the only write path of a case."""
