"""What a page of ours needs of CloudFront and moto tells otherwise than AWS."""

from moto.cloudfront.models import DefaultCacheBehaviour, ViewerCertificate

tell_behaviour = DefaultCacheBehaviour.__init__


def with_policies(behaviour, config):
    """Values to forward are of behaviours without a cache policy alone, and compression is off unless it is told to be on.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html
    """
    tell_behaviour(behaviour, config)
    behaviour.compress = config.get("Compress", False)
    if behaviour.cache_policy_id:
        behaviour.forwarded_values = None
        behaviour.min_ttl = behaviour.default_ttl = behaviour.max_ttl = None


DefaultCacheBehaviour.__init__ = with_policies

tell_certificate = ViewerCertificate.__init__


def with_own_certificate(certificate, config):
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html"""
    tell_certificate(certificate, config)
    if certificate.acm_certificate_arn:
        certificate.cloud_front_default_certificate = False


ViewerCertificate.__init__ = with_own_certificate
