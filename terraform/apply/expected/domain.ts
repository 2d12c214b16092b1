/*
 * A domain of the API, written down for people, and not taken from the code that makes it.
 */

/** @param mutualTls what clients must show a certificate by, where they must */
export function expectedDomains(mutualTls?: { TruststoreUri: string; TruststoreVersion?: string }) {
  return {
    'api.example.com': {
      ApiMappingSelectionExpression: '$request.basepath',
      ...(mutualTls === undefined ? {} : { MutualTlsAuthentication: mutualTls }),
      configurations: [{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2', DomainNameStatus: 'AVAILABLE' }],
      leadsTo: { '/': 'cloakroom $default' },
    },
  };
}
