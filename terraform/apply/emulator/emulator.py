"""moto's server, with what our stack needs of AWS and moto does not know.

    python3 emulator.py -H 127.0.0.1 -p PORT

moto keeps everything in memory. What is added here is as AWS documents it. What moto merely says in other words is not
mended here: it is among the known differences of a second plan.
"""

import json
import os
from urllib.parse import unquote

import additions.account  # noqa: F401  adds to moto what it lacks, as do the next
import additions.aliases  # noqa: F401
import additions.buckets  # noqa: F401
import additions.cloudfront  # noqa: F401
import additions.cloudwatch  # noqa: F401
import additions.concurrency  # noqa: F401
import additions.exports  # noqa: F401
import additions.gateway  # noqa: F401
import additions.one_request  # noqa: F401
import additions.policies  # noqa: F401
import additions.quick  # noqa: F401
import additions.restores  # noqa: F401
from moto.awslambda.responses import LambdaResponse
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.logs.responses import LogsResponse
from moto.moto_api._internal.responses import MotoAPIResponse
from moto.server import main
from moto.sqs.models import Queue

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue.redrive_allow_policy = None

set_attributes = Queue._set_attributes


def set_given_attributes(queue, attributes, now=None):
    """SQS leaves a queue's policy as it is when other attributes are set, and removes what is set to nothing."""
    policy = queue.policy if hasattr(queue, "_policy_json") else None
    set_attributes(queue, {"Policy": policy, **attributes}, now)
    queue.redrive_allow_policy = queue.redrive_allow_policy or None


Queue._set_attributes = set_given_attributes

tell_attributes = Queue.attributes.fget


def tell_as_set(queue):
    """SQS answers a redrive policy as the text that was set, and Terraform's has no spaces."""
    told = tell_attributes(queue)
    if queue.redrive_policy:
        told["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
    return told


Queue.attributes = property(tell_as_set)


def set_kms_key(self):
    """Both ways: who takes the key away names none."""
    self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = self._get_param("kmsKeyId")
    return "{}"


# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
LogsResponse.associate_kms_key = set_kms_key
LogsResponse.disassociate_kms_key = set_kms_key


def remove_permission(response):
    """The statement is in the policy of the qualifier that was named when it was added.

    https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
    """
    name, _, statement = response.path.split("?")[0].split("/")[-3:]
    qualifier = response._get_param("Qualifier")
    functions = response.backend._lambdas
    function = functions.get_function_by_name_or_arn_with_qualifier(unquote(name), qualifier)
    function.policy.del_statement(unquote(statement))
    return 204, {"status": 204}, ""


LambdaResponse.remove_permission = remove_permission


ACCOUNT_ID = os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)
SERVICES = ["acm", "apigateway", "apigatewayv2", "applicationautoscaling", "cloudfront", "cloudwatch", "dynamodb", "dynamodbstreams", "ec2", "events", "iam", "kms", "lambda", "logs", "route53", "secretsmanager", "sns", "sqs", "wafv2"]


NOT_STANDING = ["_idempotency_tokens", "tags_by_arn"]
"""Of the collections, what moto remembers of requests."""


def inventory(self, request, full_url, headers):
    """The keys of every collection of every service: what stands, as moto itself keeps it.

    Takes the place of moto's own list, which goes on holding what was deleted. Left out are what AWS has in every
    account, and keys of KMS that wait for their deletion, as deleted ones do for a week at least.
    """
    standing = {}
    for service in SERVICES:
        for region in get_backend(service)[ACCOUNT_ID].values():
            for name, collection in vars(region).items():
                if isinstance(collection, dict) and name not in NOT_STANDING:
                    keys = [str(key) for key, value in collection.items() if is_made(key, value)]
                    if keys:
                        standing[f"{service}.{name}"] = sorted(keys)
    return 200, {"Content-Type": "application/json"}, json.dumps(standing)


def is_made(key, value):
    # moto describes a key of KMS that AWS manages as this.
    is_of_aws = key == "default" or getattr(value, "description", None) == "Default key"
    return not is_of_aws and getattr(value, "key_state", None) != "PendingDeletion"


MotoAPIResponse.model_data = inventory

if __name__ == "__main__":
    main()
