"""What AWS makes of a template of SAM: its own translator, on this machine.

    python3 translate_sam.py template.yaml > template.json

https://github.com/aws/serverless-application-model
"""

import json
import os
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# The translator asks boto3 for the region, whose partition is in ARNs.
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")


class NoManagedPolicies:
    """Those of AWS, by name: a template that names none needs no list of them from IAM."""

    def load(self):
        return {}


json.dump(transform(yaml_parse(open(sys.argv[1]).read()), {}, NoManagedPolicies()), sys.stdout)
