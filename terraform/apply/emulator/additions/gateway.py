"""What our stack needs of API Gateway (HTTP APIs) and moto does not know."""

import json
from urllib.parse import unquote
from zlib import crc32

from moto.apigateway import urls as rest_urls
from moto.apigatewayv2 import urls
from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import Api, DomainName
from moto.apigatewayv2.responses import ApiGatewayV2Response

HOSTED_ZONE_ID = "Z1U9ULNL0V5AJ3"
"""Of regional domains in eu-central-1: https://docs.aws.amazon.com/general/latest/gr/apigateway.html"""


class RouteNotFound(APIGatewayV2Error):
    code = 404

    def __init__(self, route_key):
        super().__init__("NotFoundException", f"Unable to find Route by key {route_key} within the provided RouteSettings")


def assert_routes_exist(api, settings):
    """No stage is made or changed while one of its settings, old or new, is of a route that is not there.

    AWS does not document it: https://github.com/hashicorp/terraform-provider-aws/issues/16094,
    https://github.com/aws/serverless-application-model/issues/1939
    """
    routes = [route.route_key for route in api.routes.values()]
    for route_key in settings:
        if route_key not in routes:
            raise RouteNotFound(route_key)


create_stage = Api.create_stage


def create_checked_stage(api, config):
    assert_routes_exist(api, config.get("routeSettings") or {})
    return create_stage(api, config)


Api.create_stage = create_checked_stage


def update_stage(self):
    """What is not named stays as it is, settings of other routes too.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
    """
    *_, api_id, _, name = self.path.split("/")
    api = self.apigatewayv2_backend.get_api(api_id)
    stage = self.apigatewayv2_backend.get_stage(api_id, unquote(name))
    config = {**stage.config, **json.loads(self.body)}
    config["routeSettings"] = {**stage.route_settings, **config.get("routeSettings", {})}
    assert_routes_exist(api, config["routeSettings"])
    stage.__init__(api, config)
    return 200, {}, json.dumps(stage.to_json())


def delete_route_settings(self):
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html"""
    *_, api_id, _, name, _, route_key = self.path.split("/", 7)
    stage = self.apigatewayv2_backend.get_stage(api_id, unquote(name))
    if stage.route_settings.pop(unquote(route_key), None) is None:
        raise RouteNotFound(unquote(route_key))
    return 204, {}, ""


ApiGatewayV2Response.update_stage = update_stage
ApiGatewayV2Response.delete_route_settings = delete_route_settings

tell_domain = DomainName.to_json


def tell_target(domain):
    """The name that clients are to be led to, which AWS makes up, and the zone that it is in.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
    """
    told = tell_domain(domain)
    target = {
        "apiGatewayDomainName": f"d-{crc32(domain.domain_name.encode()):010d}.execute-api.eu-central-1.amazonaws.com",
        "domainNameStatus": "AVAILABLE",
        "hostedZoneId": HOSTED_ZONE_ID,
    }
    told["domainNameConfigurations"] = [{**one, **target} for one in domain.domain_name_configurations]
    if not domain.mutual_tls_authentication:
        del told["mutualTlsAuthentication"]
    return told


DomainName.to_json = tell_target


def update_domain_name(self):
    """What is not named stays as it is; mutual TLS is turned off by a trust store without a name.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
    """
    domain = self.apigatewayv2_backend.get_domain_name(unquote(self.path.split("/")[-1]))
    given = json.loads(self.body)
    domain.domain_name_configurations = given.get("domainNameConfigurations", domain.domain_name_configurations)
    if "mutualTlsAuthentication" in given:
        mutual_tls = given["mutualTlsAuthentication"]
        domain.mutual_tls_authentication = mutual_tls if mutual_tls.get("truststoreUri") else {}
    return 200, {}, json.dumps(domain.to_json())


ApiGatewayV2Response.update_domain_name = update_domain_name
SETTINGS_OF_ROUTE = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)/routesettings/(?P<route_key>.+)$"
for paths in [urls.url_paths, rest_urls.url_paths]:
    paths[SETTINGS_OF_ROUTE] = ApiGatewayV2Response.dispatch
