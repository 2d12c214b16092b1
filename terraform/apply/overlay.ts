import { REQUIREMENTS, type TerraformDocument } from '../synthesis/terraform-document.ts';
import type { Mirror } from './real-parts.ts';

/** What a provider is told besides: no account is there to ask. */
export const CREDENTIALS = {
  access_key: 'test',
  secret_key: 'test',
  skip_credentials_validation: true,
  skip_metadata_api_check: true,
};
/** The oldest provider that our version constraint allows is of this major version. */
const OUR_MAJOR = 6;
const RUNTIME = { ours: 'nodejs24.x', older: 'nodejs22.x' };

/** One thing in which the stack under test differs from what a user applies, and why. */
export interface Substitution {
  readonly what: string;
  readonly why: string;
  replace(document: TerraformDocument): TerraformDocument;
}

/**
 * Tells Terraform and its provider where AWS is. Not `endpoints` of the provider: to check that block takes 2 s of the machine, twice a plan.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointVariables(endpoint: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL: endpoint };
}

/**
 * Everything in which the stack under test differs from what a user applies.
 *
 * @param endpoint of the emulator: `http://127.0.0.1:<port>`
 */
export function substitutions(endpoint: string, mirror: Mirror | undefined): readonly Substitution[] {
  return [...forProviderOf(mirror), providerWithoutAccount(), stateAt(endpoint)];
}

/** One that can be said as a command of `sed`, for the text of a document. */
interface TextSubstitution extends Substitution {
  readonly edit: string;
}

/** What of that concerns the provider's version: all that is replaced in a module, which has neither provider nor state. */
export function forProviderOf(mirror: Mirror | undefined): readonly TextSubstitution[] {
  return isOlder(mirror) ? forOlderProvider(mirror.version) : [];
}

/** The runtime that functions get under test. */
export function appliedRuntime(mirror: Mirror | undefined): string {
  return isOlder(mirror) ? RUNTIME.older : RUNTIME.ours;
}

function isOlder(mirror: Mirror | undefined): mirror is Mirror {
  return mirror !== undefined && Number(mirror.version.split('.')[0]) < OUR_MAJOR;
}

/** The stack as the tests apply it. */
export function overlaid(document: TerraformDocument, replacements: readonly Substitution[]): TerraformDocument {
  return replacements.reduce((replaced, { replace }) => replace(replaced), document);
}

function forOlderProvider(version: string): readonly TextSubstitution[] {
  return [
    {
      what: `the AWS provider is ${version}, in place of our version constraint`,
      why: 'the mirror has no newer one',
      edit: `s/"version": "${REQUIREMENTS.required_providers.aws.version}"/"version": "${version}"/`,
      replace: (document) => ({
        ...document,
        terraform: { ...document.terraform, required_providers: { aws: { source: 'hashicorp/aws', version } } },
      }),
    },
    {
      what: `the runtime is ${RUNTIME.older}, in place of ${RUNTIME.ours}`,
      why: `provider ${version} does not know ${RUNTIME.ours} yet`,
      edit: `s/"runtime": "${RUNTIME.ours}"/"runtime": "${RUNTIME.older}"/`,
      replace: (document) =>
        JSON.parse(JSON.stringify(document), (key, value: unknown) =>
          key === 'runtime' && value === RUNTIME.ours ? RUNTIME.older : value,
        ) as TerraformDocument,
    },
  ];
}

function providerWithoutAccount(): Substitution {
  return {
    what: 'the provider has static credentials, and AWS_ENDPOINT_URL names one endpoint for every service',
    why: 'the control plane is moto on this machine',
    replace: (document) => ({
      ...document,
      provider: { aws: [{ ...firstOf(document.provider.aws), ...CREDENTIALS }] },
    }),
  };
}

/** @see https://developer.hashicorp.com/terraform/language/backend/s3 */
function stateAt(endpoint: string): Substitution {
  return {
    what: 'a state in S3 has static credentials and an endpoint too',
    why: 'the bucket is in moto; where the state is local, it is so here',
    replace: (document) => {
      const { backend } = document.terraform as { backend: { s3?: object } };
      if (backend.s3 === undefined) return document;
      const s3 = { ...backend.s3, ...CREDENTIALS, endpoints: { s3: endpoint }, use_path_style: true };
      const skipped = { skip_requesting_account_id: true, skip_s3_checksum: true };
      return { ...document, terraform: { ...document.terraform, backend: { s3: { ...s3, ...skipped } } } };
    },
  };
}

function firstOf(blocks: unknown): object {
  return (blocks as readonly object[])[0] ?? {};
}
