/** What may pass an endpoint. */
export interface EndpointGrant {
  readonly actions: readonly string[];
  /** Exact ARNs, or `*` for an action that knows no resource. */
  readonly resources: readonly string[];
  /** The roles that may pass. */
  readonly roleArns: readonly string[];
}

/**
 * The policy of an endpoint as JSON text. A gateway endpoint takes no principal but `*`; the condition names the roles.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function endpointPolicy({ actions, resources, roleArns }: EndpointGrant): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: actions,
        Resource: resources,
        Condition: { ArnEquals: { 'aws:PrincipalArn': roleArns } },
      },
    ],
  });
}
