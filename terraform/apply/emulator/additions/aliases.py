"""What moto's Lambda aliases lack: a revision that changes, the race that it shows, and what AWS refuses of shares.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

import json
from urllib.parse import unquote
from uuid import uuid4

from moto.awslambda.exceptions import InvalidParameterValueException, PreconditionFailedException
from moto.awslambda.models import LambdaAlias, LambdaBackend
from moto.awslambda.responses import LambdaResponse

change = LambdaAlias.update
update_alias = LambdaBackend.update_alias
create_alias = LambdaBackend.create_alias
respond = LambdaResponse.update_alias


def change_with_revision(alias, *changes):
    change(alias, *changes)
    alias.revision_id = str(uuid4())
    if not weights_of(alias.routing_config):
        alias.routing_config = None


def respond_if_unchanged(response):
    function, _, name = (unquote(part) for part in response.path.split("/")[-3:])
    expected = json.loads(response.body).get("RevisionId")
    if expected is not None and expected != response.backend.get_alias(name, function).revision_id:
        raise PreconditionFailedException(
            "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve"
            " the latest RevisionId"
        )
    return respond(response)


def update_with_shares(backend, name, function_name, function_version, description, routing_config):
    version = function_version or backend.get_alias(name, function_name).function_version
    assert_shares(backend, function_name, version, routing_config)
    return update_alias(backend, name, function_name, function_version, description, routing_config)


def create_with_shares(backend, name, function_name, function_version, description, routing_config):
    assert_shares(backend, function_name, function_version, routing_config)
    return create_alias(backend, name, function_name, function_version, description, routing_config)


def assert_shares(backend, function_name, version, routing_config):
    for other, weight in weights_of(routing_config).items():
        if not 0 <= weight <= 1:
            raise InvalidParameterValueException("Weight must be between 0 and 1")
        if version == other:
            raise InvalidParameterValueException("Alias cannot have the same version twice")
        if "$LATEST" in (version, other):
            raise InvalidParameterValueException("$LATEST is not supported for an alias pointing to more than 1 version")
        one, two = (backend.get_function(function_name, qualifier) for qualifier in (version, other))
        if one.role != two.role:
            raise InvalidParameterValueException("Versions of an alias must have the same role")


def weights_of(routing_config):
    return (routing_config or {}).get("AdditionalVersionWeights") or {}


LambdaAlias.update = change_with_revision
LambdaBackend.update_alias = update_with_shares
LambdaBackend.create_alias = create_with_shares
LambdaResponse.update_alias = respond_if_unchanged
