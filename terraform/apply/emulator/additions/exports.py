"""What moto does not tell of APIs: their authorizers, their deployments as the snapshots that they are, and exports of these."""

import json
from datetime import datetime, timezone
from urllib.parse import unquote
from uuid import uuid4

from moto.apigateway import urls as rest_urls
from moto.apigateway.models import APIGatewayBackend, RestAPI
from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import StageNotFound
from moto.apigatewayv2.models import Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response


def scheme(in_header, authorizer):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html"""
    told = {name: value for name, value in authorizer.items() if value is not None}
    return {
        "type": "apiKey",
        "name": in_header,
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": told,
    }


def document(title, operations, schemes):
    """An OpenAPI document, in which authorizers that no operation names are left out.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html
    """
    paths = {}
    used = set()
    for method, path, authorization, authorizer in operations:
        operation = {"responses": {}}
        if authorization == "AWS_IAM":
            operation["security"] = [{"sigv4": []}]
            schemes["sigv4"] = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
            used.add("sigv4")
        elif authorization not in (None, "NONE"):
            operation["security"] = [{authorizer: []}]
            used.add(authorizer)
        paths.setdefault(path, {})[METHODS.get(method, method.lower())] = operation
    told = {name: one for name, one in schemes.items() if name in used}
    return {"openapi": "3.0.1", "info": {"title": title}, "paths": paths, "components": {"securitySchemes": told}}


METHODS = {"ANY": "x-amazon-apigateway-any-method"}


def rest_document(api):
    names = {one.id: one.name for one in api.authorizers.values()}
    operations = [
        (method, resource.get_path(), one.authorization_type, names.get(one.authorizer_id))
        for resource in api.resources.values()
        for method, one in resource.resource_methods.items()
    ]
    return document(api.name, operations, {one.name: rest_scheme(one) for one in api.authorizers.values()})


def rest_scheme(one):
    source = one.identity_source or ""
    # The header of a TOKEN authorizer is the name of the scheme. One that takes no header is told as this.
    header = source.split(".")[-1] if source.startswith("method.request.header.") and "," not in source else "Unused"
    return scheme(header, {
        "type": (one.type or "").lower(),
        "authorizerUri": one.authorizer_uri,
        "authorizerCredentials": one.authorizer_credentials,
        "authorizerResultTtlInSeconds": one.authorizer_result_ttl,
        "identitySource": source if one.type == "REQUEST" and source else None,
        "identityValidationExpression": one.identity_validation_expression,
    })


create_rest_deployment = RestAPI.create_deployment


def create_snapshot(api, name, description, stage_variables=None):
    """A deployment keeps what is configured when it is made.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
    """
    deployment = create_rest_deployment(api, name, description, stage_variables)
    deployment.snapshot = rest_document(api)
    return deployment


def export_stage(self):
    """What the stage was deployed with: https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html"""
    _, _, api_id, _, stage_name, *_ = unquote(self.path).split("/")
    stage = self.backend.get_stage(api_id, stage_name)
    snapshot = self.backend.get_rest_api(api_id).deployments[stage.deployment_id].snapshot
    return 200, {"Content-Type": "application/json"}, json.dumps(snapshot).encode()


RestAPI.create_deployment = create_snapshot
rest_urls.APIGatewayResponse.get_export = export_stage

create_rest_authorizer = APIGatewayBackend.create_authorizer


def create_whole_authorizer(backend, restapi_id, name, authorizer_type, **given):
    """moto loses the expression by a slip of the pen."""
    authorizer = create_rest_authorizer(backend, restapi_id, name, authorizer_type, **given)
    authorizer.identity_validation_expression = given.get("identiy_validation_expression")
    return authorizer


APIGatewayBackend.create_authorizer = create_whole_authorizer


def http_document(api):
    names = {one.id: one.name for one in api.authorizers.values()}
    operations = []
    for route in api.routes.values():
        method, _, path = route.route_key.partition(" ")
        method, path = (method, path) if path else ("ANY", f"/{method}")
        operations.append((method, path, route.authorization_type, names.get(route.authorizer_id)))
    return document(api.name, operations, {one.name: http_scheme(one) for one in api.authorizers.values()})


def http_scheme(one):
    return scheme("Unused", {
        "type": (one.authorizer_type or "").lower(),
        "authorizerUri": one.authorizer_uri,
        "authorizerPayloadFormatVersion": one.auth_payload_format_version,
        "authorizerResultTtlInSeconds": one.auth_result_ttl,
        "enableSimpleResponses": one.enable_simple_response,
        "identitySource": ", ".join(one.identity_source or []) or None,
    })


def get_authorizers(self):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html"""
    api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
    return 200, {}, json.dumps({"items": [one.to_json() for one in api.authorizers.values()]})


def create_deployment(self):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html"""
    api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
    given = json.loads(self.body or "{}")
    deployment = {
        "deploymentId": uuid4().hex[:10],
        "deploymentStatus": "DEPLOYED",
        "autoDeployed": False,
        "createdDate": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": given.get("description", ""),
    }
    deployments_of(api)[deployment["deploymentId"]] = (deployment, http_document(api))
    if given.get("stageName"):
        self.apigatewayv2_backend.get_stage(api.api_id, given["stageName"]).config["deploymentId"] = deployment["deploymentId"]
    return 201, {}, json.dumps(deployment)


def get_deployment(self):
    *_, api_id, _, deployment_id = self.path.split("/")
    deployment, _ = deployments_of(self.apigatewayv2_backend.get_api(api_id))[deployment_id]
    return 200, {}, json.dumps(deployment)


def delete_deployment(self):
    *_, api_id, _, deployment_id = self.path.split("/")
    deployments_of(self.apigatewayv2_backend.get_api(api_id)).pop(deployment_id, None)
    return 204, {}, ""


def deployments_of(api):
    return api.__dict__.setdefault("deployments_made", {})


def export_api(self):
    """What the stage was deployed with; without a stage, what is configured.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-exports-specification.html
    """
    *_, api_id, _, _ = self.path.split("/")
    api = self.apigatewayv2_backend.get_api(api_id)
    name = self._get_param("stageName")
    if name is None:
        return 200, {}, json.dumps(http_document(api))
    stage = api.stages.get(name)
    if stage is None:
        raise StageNotFound
    if stage.auto_deploy:
        return 200, {}, json.dumps(http_document(api))
    _, snapshot = deployments_of(api)[stage.config["deploymentId"]]
    return 200, {}, json.dumps(snapshot)


ApiGatewayV2Response.get_authorizers = get_authorizers
ApiGatewayV2Response.create_deployment = create_deployment
ApiGatewayV2Response.get_deployment = get_deployment
ApiGatewayV2Response.delete_deployment = delete_deployment
ApiGatewayV2Response.export_api = export_api
for path in ["deployments", "deployments/(?P<deployment_id>[^/]+)", "exports/(?P<specification>[^/]+)"]:
    for paths in [urls.url_paths, rest_urls.url_paths]:
        paths[f"{{0}}/v2/apis/(?P<api_id>[^/]+)/{path}$"] = ApiGatewayV2Response.dispatch

tell_stage = Stage.to_json


def tell_deployment(stage):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html"""
    deployment_id = stage.config.get("deploymentId")
    return {**tell_stage(stage), **({"deploymentId": deployment_id} if deployment_id else {})}


Stage.to_json = tell_deployment
