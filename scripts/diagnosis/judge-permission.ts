import type { ApiName, Authorizer } from './attached-api.ts';
import type { Finding } from './finding.ts';
import type { Grant } from './function-policy.ts';
import { type InvokedFunction, nameWithQualifier } from './invoked-function.ts';
import { authorizerPlace } from './judge-authorizers.ts';

/** What the policies of the function let API Gateway do. */
interface Grants {
  /** Of what the authorizer invokes: `live`, as a rule. */
  readonly invoked: readonly Grant[];
  /** Of the bare function, which do not count for an alias. */
  readonly bare: readonly Grant[];
}

/** Whether API Gateway may invoke the function for this authorizer. One of a role is asked by the role's policies instead. */
export function judgePermission(
  api: ApiName,
  authorizer: Authorizer,
  invoked: InvokedFunction,
  grants: Grants,
): readonly Finding[] {
  if (authorizer.roleArn || authorizer.id === undefined) return [];
  const { partition, region, accountId } = invoked;
  const sourceArn = `arn:${partition}:execute-api:${region}:${accountId}:${api.apiId}/authorizers/${authorizer.id}`;
  const covers = (grant: Grant) => isCovered(grant, sourceArn, accountId);
  const where = authorizerPlace(api, authorizer);
  const target = nameWithQualifier(invoked);
  const open = grants.invoked.find(
    ({ sourceArns, sourceAccounts }) => sourceArns === undefined && sourceAccounts === undefined,
  );
  if (open !== undefined) {
    const what = `statement ${open.id} of ${target} names no source`;
    return [{ code: 'permission-open', where, what, next: `source_arn = "${sourceArn}"` }];
  }
  if (grants.invoked.some(covers)) return [];
  const others = grants.invoked.flatMap(({ sourceArns = [] }) => sourceArns);
  const instead = grants.bare.some(covers)
    ? `one of the bare function does, which does not count for ${target}`
    : `its statements are for ${others.join(', ') || 'nobody'}`;
  return [
    {
      code: 'permission-missing',
      where,
      what: `no statement of ${target} admits ${sourceArn}: ${instead}`,
      next:
        `${attachTo(api)}at once: aws lambda add-permission --function-name ${invoked.name}` +
        `${invoked.qualifier === undefined ? '' : ` --qualifier ${invoked.qualifier}`} --region ${region} ` +
        `--statement-id ${api.apiId}-authorizer --action lambda:InvokeFunction --principal apigateway.amazonaws.com ` +
        `--source-arn ${sourceArn}`,
    },
  ];
}

/** What keeps the permission. */
function attachTo({ kind, apiId, stage }: ApiName): string {
  return `attachTo: [{ kind: '${kind}', apiId: '${apiId}', stage: '${stage}' }] in the environment, and deploy it; `;
}

function isCovered({ sourceArns, sourceAccounts }: Grant, sourceArn: string, accountId: string): boolean {
  const isFromHere = sourceAccounts === undefined || sourceAccounts.includes(accountId);
  return isFromHere && (sourceArns === undefined || sourceArns.some((pattern) => matches(pattern, sourceArn)));
}

/** `*` is any text and `?` any character. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}
