"""What our stack needs of Lambda and Application Auto Scaling and moto does not know."""

import json
from urllib.parse import unquote

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.awslambda import urls
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse

NOT_FOUND = {
    "Type": "User",
    "message": "No Provisioned Concurrency Config found for this function",
}


def place(response):
    """The function, with its alias: what is provisioned belongs to the alias, whichever version that points at."""
    name = unquote(response.path.split("?")[0].rstrip("/").split("/")[-2])
    function = response.backend.get_function(name)
    if not hasattr(function, "provisioned"):
        function.provisioned = {}
    return function, response._get_param("Qualifier")


def tell(function, qualifier, count):
    return {
        "FunctionArn": f"{function.function_arn}:{qualifier}",
        "RequestedProvisionedConcurrentExecutions": count,
        "AvailableProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count,
        "Status": "READY",
        "LastModified": function.last_modified,
    }


def put_provisioned_concurrency_config(self):
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html"""
    function, qualifier = place(self)
    count = self.json_body["ProvisionedConcurrentExecutions"]
    function.provisioned[qualifier] = count
    return 202, {"status": 202}, json.dumps(tell(function, qualifier, count))


def get_provisioned_concurrency_config(self):
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html"""
    function, qualifier = place(self)
    if qualifier not in function.provisioned:
        headers = {"status": 404, "x-amzn-errortype": "ProvisionedConcurrencyConfigNotFoundException"}
        return 404, headers, json.dumps(NOT_FOUND)
    return 200, {}, json.dumps(tell(function, qualifier, function.provisioned[qualifier]))


def list_provisioned_concurrency_configs(self):
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html"""
    function, _ = place(self)
    configs = [tell(function, qualifier, count) for qualifier, count in function.provisioned.items()]
    return 200, {}, json.dumps({"ProvisionedConcurrencyConfigs": configs})


def delete_provisioned_concurrency_config(self):
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html"""
    function, qualifier = place(self)
    function.provisioned.pop(qualifier, None)
    return 204, {"status": 204}, ""


for action in [
    put_provisioned_concurrency_config,
    get_provisioned_concurrency_config,
    list_provisioned_concurrency_configs,
    delete_provisioned_concurrency_config,
]:
    setattr(LambdaResponse, action.__name__, action)
urls.url_paths[r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"] = (
    LambdaResponse.dispatch
)

put_event_invoke_config = LambdaBackend.put_function_event_invoke_config


def replace_event_invoke_config(backend, function_name, config):
    """There is one for each alias, and a new one takes the place of the old.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """
    backend.get_function(function_name).event_invoke_config = []
    return put_event_invoke_config(backend, function_name, config)


LambdaBackend.put_function_event_invoke_config = replace_event_invoke_config

register = ApplicationAutoScalingResponse.register_scalable_target


def register_with_tags(self):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    answer = register(self)
    tags = self._get_param("Tags")
    if tags:
        tags_of(self)[json.loads(answer)["ScalableTargetARN"]] = dict(tags)
    return answer


def tags_of(response):
    backend = response.applicationautoscaling_backend
    if not hasattr(backend, "tags_by_arn"):
        backend.tags_by_arn = {}
    return backend.tags_by_arn


def list_tags_for_resource(self):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html"""
    return json.dumps({"Tags": tags_of(self).get(self._get_param("ResourceARN"), {})})


def tag_resource(self):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html"""
    tags_of(self).setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags"))
    return json.dumps({})


def untag_resource(self):
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html"""
    tags = tags_of(self).get(self._get_param("ResourceARN"), {})
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return json.dumps({})


ApplicationAutoScalingResponse.register_scalable_target = register_with_tags
ApplicationAutoScalingResponse.list_tags_for_resource = list_tags_for_resource
ApplicationAutoScalingResponse.tag_resource = tag_resource
ApplicationAutoScalingResponse.untag_resource = untag_resource
