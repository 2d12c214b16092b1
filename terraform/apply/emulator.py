"""moto's server, with what our stack needs of AWS and moto does not know.

    python3 emulator.py -H 127.0.0.1 -p PORT

moto keeps everything in memory. What is added here is as AWS documents it. What moto merely says in other words is not
mended here: it is among the known differences of a second plan.
"""

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

if __name__ == "__main__":
    main()
