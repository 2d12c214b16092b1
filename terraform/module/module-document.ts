import { ConfigurationError } from '@cloakroom/core';
import type { Environment } from '../environments/environment.ts';
import { findPlaceholders } from '../environments/find-placeholders.ts';
import { UNTRIED_PARTITION } from '../environments/region-schema.ts';
import { OTHER_PARTITIONS } from '../modules/partition-of.ts';
import type { CloakroomStackProps } from '../stacks/cloakroom-stack.ts';
import { ISSUERS_FILE } from '../stacks/functions/files.ts';
import type { PackageFiles } from '../synthesis/read-code.ts';
import { synthesizeStack, toDocument } from '../synthesis/synthesize.ts';
import { REQUIREMENTS, type TerraformDocument } from '../synthesis/terraform-document.ts';
import { fixedIn } from './fixed.ts';
import { issuersVariable, withIssuersVariable } from './issuers-variable.ts';
import { OUTPUTS } from './outputs.ts';
import { variablesOf, withPlaceholders, withReferences } from './placeholders.ts';
import { withRecipients } from './recipients.ts';
import { withStatedDefaults } from './stated-defaults.ts';
import { taggableIn, tagsOf, withTags } from './taggable.ts';
import { fits, type Validation } from './validation.ts';
import { createVariable, type Variable } from './variable.ts';

/** A module of Terraform, in its JSON syntax. */
export interface ModuleDocument {
  readonly terraform: typeof REQUIREMENTS;
  readonly locals: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly resource: TerraformDocument['resource'];
  readonly variable: Readonly<Record<string, Variable>>;
  readonly output: Readonly<Record<string, { readonly description: string; readonly value: unknown }>>;
  /** Fields of the environment that are no variables, and why. */
  readonly fixed: Readonly<Record<string, string>>;
}

interface Options {
  readonly code: CloakroomStackProps['code'];
  /** Whether issuers stay in the zips, where they could be a variable. */
  readonly issuersInZip: boolean;
}

/** What the module reads of who applies it: the type, how it is referred to, and what is held of it. */
const DATA = {
  region: [
    'aws_region',
    '${data.aws_region.current.id}',
    { lifecycle: { postcondition: [ofTriedPartition('self.id')] } },
  ],
  account: ['aws_caller_identity', '${data.aws_caller_identity.current.account_id}', {}],
} as const;

/** The region is the provider's, and not seen when the module is written. */
function ofTriedPartition(region: string): Validation {
  return {
    condition: `\${!${fits(OTHER_PARTITIONS, region)}}`,
    error_message: `\${${region}} ${UNTRIED_PARTITION}.`,
  };
}

/**
 * The stack of an environment as a module that another stack calls: without provider and backend, and with what {@link variablesOf}
 * finds as variables, whose defaults are the environment's. Everything else is decided.
 *
 * @throws ConfigurationError when what is decided is still an example
 */
export function moduleDocument(environment: Environment, { code, issuersInZip }: Options): ModuleDocument {
  const fixed = fixedIn(environment, issuersInZip);
  const areIssuersGiven = !('issuers' in fixed);
  const stated = withStatedDefaults(environment);
  const variables = variablesOf(stated, fixed);
  const replaced = withDomainUrl({
    ...withPlaceholders(stated, variables),
    region: DATA.region[1],
    accountId: DATA.account[1],
  });
  assertNoExamples(areIssuersGiven ? { ...replaced, issuers: [] } : replaced);
  const tags = tagsOf(replaced);
  let taggable: ReadonlySet<string> = new Set();
  const codeOf: typeof code = (name, files) => {
    const packed = areIssuersGiven ? withoutIssuers(files) : files;
    if (JSON.stringify(packed).includes('${'))
      throw new Error(`the zip of ${name} would hold a reference of Terraform`);
    return code(name, packed);
  };
  const synthesized = synthesizeStack(replaced, codeOf, (stack) => {
    taggable = taggableIn(stack);
  });
  const document = withReferences(toDocument(synthesized, REQUIREMENTS), variables);
  const told = areIssuersGiven ? withIssuersVariable(document.resource) : document.resource;
  const resource = withTags(withRecipients(told), taggable);
  const text = JSON.stringify([resource, document.output, tags]);
  const used = variables.filter(({ name }) => RegExp(`\\bvar\\.${name}\\b`).test(text));
  const given = used.map(
    ({ name, spec: { type, description }, value, rules }) =>
      [name, createVariable({ name, type, description, value, rules })] as const,
  );
  const issuers = areIssuersGiven ? [['issuers', issuersVariable(environment, document.resource)] as const] : [];
  return {
    terraform: REQUIREMENTS,
    locals: { tags },
    data: Object.fromEntries(
      Object.values(DATA).flatMap(([type, reference, held]) =>
        text.includes(reference) ? [[type, { current: held }]] : [],
      ),
    ),
    resource,
    variable: Object.fromEntries([...given, ...issuers, ['tags', tagsVariable(environment)] as const].toSorted(byName)),
    output: Object.fromEntries(
      Object.entries(document.output).map(([name, { value }]) => [name, { description: OUTPUTS[name] ?? '', value }]),
    ),
    fixed,
  };
}

/** A domain is where clients come, and `publicUrl` says so already. */
function withDomainUrl(environment: Environment): Environment {
  const { domain } = environment;
  return domain === undefined ? environment : { ...environment, publicUrl: `https://${domain.name}` };
}

/** Whoever takes the module could not replace them. */
function assertNoExamples(environment: Environment): void {
  const examples = findPlaceholders({ ...environment, state: { kind: 'local' } });
  if (examples.length > 0)
    throw new ConfigurationError(examples.map((path) => `${path} is still an example: say it in a file for --config`));
}

function tagsVariable({ tags = {} }: Environment): Variable {
  return {
    type: 'map(string)',
    description: 'Tags of everything, besides application and environment.',
    nullable: false,
    default: tags,
  };
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function withoutIssuers(files: PackageFiles): PackageFiles {
  const { [ISSUERS_FILE]: _, ...others } = files;
  return others;
}
