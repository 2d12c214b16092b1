"""One request after another, each with one effect, however often it is sent.

moto's threads stumble over each other's collections, and a client whose answer was lost sends its request again, which
makes a second rule, function or permission. AWS is never so busy that its clients meet either.
"""

from threading import Lock

from moto.moto_server.werkzeug_app import DomainDispatcherApplication

ANSWERS_KEPT = 1000

one_at_a_time = Lock()
answers = {}
"""Status, headers and body by the id that a client's attempts have in common, the oldest first."""


def answer_once(application, environ, start_response):
    invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
    with one_at_a_time:
        answer = answers.get(invocation) or ask(application, environ)
        if invocation is not None and not answer[0].startswith("5"):
            answers[invocation] = answer
        if len(answers) > ANSWERS_KEPT:
            del answers[next(iter(answers))]
    status, headers, body = answer
    start_response(status, headers)
    return [body]


def ask(application, environ):
    begun = []
    parts = dispatch(application, environ, lambda status, headers, _=None: begun.extend((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return (*begun, body)


dispatch = DomainDispatcherApplication.__call__
DomainDispatcherApplication.__call__ = answer_once
