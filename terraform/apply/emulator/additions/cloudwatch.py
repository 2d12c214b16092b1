"""What moto's CloudWatch lacks: the JSON protocol, by which AWS's clients of today ask for what Terraform's asks for as a query.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/making-api-requests.html
"""

from moto.core.utils import get_service_model

metadata = get_service_model("cloudwatch").metadata
metadata["protocols"] = [*metadata["protocols"], "json"]
metadata["jsonVersion"] = "1.0"
