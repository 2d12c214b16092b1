"""What moto tells of permissions and subscriptions, and AWS in another way: whose a permission is, and who has not confirmed."""

import json
from urllib.parse import unquote

from moto.awslambda.exceptions import GenericResourcNotFound, LambdaClientError
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.sns.responses import SNSResponse

list_subscriptions = SNSResponse.list_subscriptions_by_topic


def list_with_unconfirmed(self):
    """Who gets a link first is told without an ARN until it was opened.

    https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
    """
    answer = list_subscriptions(self)
    answer.result["Subscriptions"] = [tell_subscription(one) for one in answer.result["Subscriptions"]]
    return answer


def tell_subscription(one):
    gets_link = one.protocol in ("email", "email-json", "http", "https") and not one.confirmed
    return {
        "SubscriptionArn": "PendingConfirmation" if gets_link else one.arn,
        "Owner": one.owner,
        "Protocol": one.protocol,
        "Endpoint": one.endpoint,
        "TopicArn": one.topic_arn,
    }


SNSResponse.list_subscriptions_by_topic = list_with_unconfirmed


def get_policy(self):
    """A function and each of its aliases and versions have policies of their own.

    https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
    """
    name = unquote(self.path.split("/")[-2])
    qualifier = self.querystring.get("Qualifier", [None])[0]
    policy = self.backend.get_function(name, qualifier).policy
    end = f":function:{name.split(':')[-1]}" if qualifier is None else f":{qualifier}"
    statements = [one for one in policy.statements if one["Resource"].endswith(end)]
    if not statements:
        raise GenericResourcNotFound()
    told = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return json.dumps({"Policy": json.dumps(told), "RevisionId": policy.revision})


LambdaResponse.get_policy = get_policy

add_statement = Policy.add_statement


class StatementAlreadyExists(LambdaClientError):
    code = 409

    def __init__(self, statement):
        message = f"The statement id ({statement}) provided already exists. Please provide a new statement id, or remove the existing statement."
        super().__init__("ResourceConflictException", message)


def add_new_statement(self, raw, qualifier=None):
    """A statement's id is there once for a function, and once for each of its aliases and versions.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    added, revision = add_statement(self, raw, qualifier)
    *earlier, _ = self.statements
    if any((one["Sid"], one["Resource"]) == (added["Sid"], added["Resource"]) for one in earlier):
        self.statements.pop()
        raise StatementAlreadyExists(added["Sid"])
    return added, revision


Policy.add_statement = add_new_statement
