"""The WeChat Pay API v3 dialect: a translation onto the platform's own intents, refunds, books."""
