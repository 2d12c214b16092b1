"""What moto does not hold of buckets in S3: that everybody comes by TLS, and whose a bucket is expected to be."""

import json

from moto.s3.exceptions import S3AccessDeniedError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

get_permission = FakeBucket.get_permission


def permission_by_tls(bucket, action, resource):
    """moto reads no conditions, and would deny everything to everybody by a statement against plain HTTP. It has no TLS itself.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    whole = bucket.policy
    if whole is not None:
        policy = json.loads(whole)
        others = [one for one in policy["Statement"] if not is_against_http(one)]
        bucket.policy = json.dumps({**policy, "Statement": others}).encode()
    try:
        return get_permission(bucket, action, resource)
    finally:
        bucket.policy = whole


def is_against_http(statement):
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return statement["Effect"] == "Deny" and statement.get("Condition") == condition


FakeBucket.get_permission = permission_by_tls

answer = S3Response._bucket_response


def answer_to_owner(self, request, full_url):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html"""
    expected = request.headers.get("x-amz-expected-bucket-owner")
    name = self.parse_bucket_name_from_url(request, full_url)
    if expected and name in self.backend.buckets and expected != self.current_account:
        raise S3AccessDeniedError
    return answer(self, request, full_url)


S3Response._bucket_response = answer_to_owner
