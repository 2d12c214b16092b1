"""What parliament says about policies.

    python3 parliament_findings.py < policies.json

Reads an object of policy documents, each as JSON text, by the address of its resource. Writes a list of
{"finding", "address", "detail"}.
"""

import json
import sys
import warnings

# It imports pkg_resources, which complains.
warnings.simplefilter("ignore")

from parliament import analyze_policy_string  # noqa: E402

findings = [
    {"finding": finding.issue, "address": address, "detail": str(finding.detail)}
    for address, text in json.load(sys.stdin).items()
    for finding in analyze_policy_string(text, ignore_private_auditors=True).findings
]
json.dump(findings, sys.stdout)
