"""What moto does not tell of an account: how many functions may run in it at once."""

import json

from moto.awslambda import urls

CONCURRENT_EXECUTIONS = 1000


def account_settings(request, full_url, headers):
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html"""
    limit = {"ConcurrentExecutions": CONCURRENT_EXECUTIONS, "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS}
    return 200, {"Content-Type": "application/json"}, json.dumps({"AccountLimit": limit, "AccountUsage": {}})


urls.url_paths["{0}/2016-08-19/account-settings/?$"] = account_settings
