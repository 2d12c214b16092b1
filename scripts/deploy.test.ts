import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type DeployOptions, type DeployTools, deploy } from './deploy.ts';

const OPTIONS: DeployOptions = { environment: 'dev', planOnly: false, yes: false };

/** Tools that do nothing but remember what they were asked; `fails` makes the program with these words fail. */
function recordingTools(changes: Partial<DeployTools> & { fails?: string; answer?: string } = {}) {
  const steps: string[] = [];
  const said: string[] = [];
  const { fails, answer = '{"StatusCode":200}', ...overrides } = changes;
  const tools: DeployTools = {
    run(program, args) {
      const step = [program, ...args].join(' ');
      steps.push(step);
      return fails !== undefined && step.includes(fails) ? 1 : 0;
    },
    read(program, args) {
      steps.push([program, ...args.slice(0, 9)].join(' '));
      if (args[0] === 'lambda') {
        writeFileSync(args.at(-1) ?? '', '{"errorMessage":"no route to the issuer"}');
        return answer;
      }
      return args.includes('FunctionNames') ? '{"refresh-keys":"cloakroom-dev-refresh-keys"}' : 'https://api.test\n';
    },
    confirm: async () => true,
    say: (line) => said.push(line),
    build: async () => void steps.push('build'),
    synthesize(environment) {
      steps.push(`synthesize ${environment}`);
      return '/stack';
    },
    placeholders: () => [],
    clientSecrets: () => [],
    hasDomain: () => false,
    ...overrides,
  };
  return { tools, steps, said };
}

const PREPARED = [
  'terraform version',
  'build',
  'synthesize dev',
  'terraform init -input=false',
  'terraform plan -input=false -out=.terraform/cloakroom.tfplan',
];

describe('deploy', () => {
  it('builds, synthesizes, plans, applies that plan, has the keys fetched by the live version, and tries it', async () => {
    const { tools, steps, said } = recordingTools();
    await deploy(OPTIONS, tools);
    expect(steps).toEqual([
      ...PREPARED,
      'terraform apply -input=false .terraform/cloakroom.tfplan',
      'terraform output -json FunctionNames',
      'aws lambda invoke --function-name cloakroom-dev-refresh-keys --qualifier live --region eu-central-1 --output',
      'terraform output -raw ApiUrl',
      expect.stringMatching(/^\S*node \S*scripts\/smoke\.ts https:\/\/api\.test --env dev$/),
    ]);
    expect(said.at(-1)).toBe('done: https://api.test');
  });

  it('tells what tries it which name the domain must lead to', async () => {
    const { tools, steps } = recordingTools({
      hasDomain: () => true,
      read: (_, args) =>
        args.includes('DomainTarget') ? 'd-1.test\n' : args.includes('ApiUrl') ? 'https://api.test' : '{}',
    });
    await deploy(OPTIONS, tools);
    expect(steps.at(-1)).toMatch(/smoke\.ts https:\/\/api\.test --env dev --domain-target d-1\.test$/);
  });

  it('fails when what it has deployed does not answer as it should', async () => {
    const { tools, said } = recordingTools({ fails: 'smoke.ts' });
    await expect(deploy(OPTIONS, tools)).rejects.toThrow('https://api.test is deployed, and does not answer');
    expect(said.at(-1)).toBe('6/6 asking https://api.test');
  });

  it('applies nothing when the person does not say yes', async () => {
    const { tools, steps, said } = recordingTools({ confirm: async () => false });
    await deploy(OPTIONS, tools);
    expect(steps).toEqual(PREPARED);
    expect(said.at(-1)).toBe('nothing applied');
  });

  it('does not ask with --yes', async () => {
    const { tools, steps } = recordingTools({
      confirm: () => {
        throw new Error('asked');
      },
    });
    await deploy({ ...OPTIONS, yes: true }, tools);
    expect(steps).toContain('terraform apply -input=false .terraform/cloakroom.tfplan');
  });

  it('stops after the plan with --plan-only, even with --yes', async () => {
    const { tools, steps } = recordingTools();
    await deploy({ ...OPTIONS, planOnly: true, yes: true }, tools);
    expect(steps).toEqual(PREPARED);
  });

  it('refuses an environment that still holds examples, before anything else', async () => {
    const { tools, steps } = recordingTools({ placeholders: () => ['issuers.0.issuer'] });
    await expect(deploy(OPTIONS, tools)).rejects.toThrow(
      'terraform/environments/dev/environment.ts still holds examples; replace them first: issuers.0.issuer',
    );
    expect(steps).toEqual([]);
  });

  it('says where to get Terraform when it is missing', async () => {
    const { tools } = recordingTools({ run: () => undefined });
    await expect(deploy(OPTIONS, tools)).rejects.toThrow('terraform is not installed: https://');
  });

  it.each(['init', 'plan', 'apply'])('stops when terraform %s fails', async (fails) => {
    const { tools, steps } = recordingTools({ fails: `terraform ${fails}` });
    await expect(deploy(OPTIONS, tools)).rejects.toThrow(`terraform ${fails} failed`);
    expect(steps.at(-1)).toContain(`terraform ${fails}`);
  });

  it('fails when refresh-keys fails, although Lambda answers 200', async () => {
    const { tools } = recordingTools({ answer: '{"StatusCode":200,"FunctionError":"Unhandled"}' });
    await expect(deploy(OPTIONS, tools)).rejects.toThrow(/refresh-keys failed: .*no route to the issuer/);
  });

  describe('where a client has a secret', () => {
    const set = { Name: 'web', VersionIdsToStages: { 'version-1': ['AWSCURRENT'] } };

    /** What is said when Secrets Manager tells this of the secret. */
    async function saidOf(describeSecret: () => string): Promise<readonly string[]> {
      const { tools, said } = recordingTools();
      const read: DeployTools['read'] = (program, args, folder) => {
        if (args[0] !== 'secretsmanager') return tools.read(program, args, folder);
        expect([program, ...args].join(' ')).toBe(
          'aws secretsmanager describe-secret --secret-id cloakroom-dev/web --region eu-central-1 --output json',
        );
        return describeSecret();
      };
      await deploy(OPTIONS, { ...tools, read, clientSecrets: () => ['web'] });
      expect(said.at(-1)).toBe('done: https://api.test');
      return said.filter((line) => line.includes('secret'));
    }

    it('says nothing of one that is set', async () => {
      expect(await saidOf(() => JSON.stringify(set))).toEqual([]);
    });

    it.each([
      ['none', { Name: 'web' }],
      ['one of before', { ...set, VersionIdsToStages: { 'version-0': ['AWSPREVIOUS'] } }],
    ])('reminds of one whose value is %s, with what sets it', async (_, described) => {
      expect(await saidOf(() => JSON.stringify(described))).toEqual([
        'the secret cloakroom-dev/web has no value: without it nobody signs in. Set it: scripts/secret dev web < file',
      ]);
    });

    it('goes on where it may not look, and says so', async () => {
      const said = await saidOf(() => {
        throw new Error('aws secretsmanager describe-secret failed: AccessDeniedException\n');
      });
      expect(said).toEqual([
        expect.stringMatching(/could not be looked at \(aws .*AccessDenied.*\): .*scripts\/secret dev web/),
      ]);
    });
  });
});
