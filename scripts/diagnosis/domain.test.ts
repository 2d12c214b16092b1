import { describe, expect, it } from '@jest/globals';
import { judgeDomain } from './domain.ts';

type Gateway = Parameters<typeof judgeDomain>[0];

/** An API Gateway whose domain is in a state; everything else is as it should be. */
function gatewayWith(DomainNameStatus: string): Gateway {
  const answers: Readonly<Record<string, object>> = {
    GetDomainNameCommand: { DomainNameConfigurations: [{ DomainNameStatus, CertificateArn: 'arn:certificate' }] },
    GetApiMappingsCommand: { Items: [{ ApiId: 'own' }] },
    GetApiCommand: { DisableExecuteApiEndpoint: true },
  };
  return { send: async (command: object) => answers[command.constructor.name] } as unknown as Gateway;
}

describe('a domain', () => {
  it('is as it should be', async () => {
    expect(await judgeDomain(gatewayWith('AVAILABLE'), 'api.example.com', 'own', 'scripts/deploy dev')).toEqual([]);
  });

  it.each(['PENDING_OWNERSHIP_VERIFICATION', 'PENDING_CERTIFICATE_REIMPORT', 'UPDATING'])(
    'is named while it is %s, with the command that shows what its certificate waits for',
    async (status) => {
      const found = await judgeDomain(gatewayWith(status), 'api.example.com', 'own', 'scripts/deploy dev');
      expect(found).toMatchObject([{ code: 'domain-pending', where: 'domain api.example.com', what: `is ${status}` }]);
      expect(found[0]?.next).toContain('describe-certificate --certificate-arn arn:certificate');
    },
  );
});
