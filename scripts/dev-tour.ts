import type { Local } from '@cloakroom/local';

interface TourOptions {
  readonly idpPort: number;
  readonly dataDir: string;
  /** For the token script; absent where tokens come from elsewhere. */
  readonly tokenOptions?: readonly string[] | undefined;
}

/** What a newcomer may want to type first. The options of the token script are named where they are not its defaults. */
export function tour(
  { urls, region }: Pick<Local, 'urls' | 'region'>,
  { idpPort, dataDir, tokenOptions }: TourOptions,
): string {
  const { api, aws } = urls;
  const options = [
    ...(tokenOptions ?? []),
    ...(idpPort === 3002 ? [] : [`--idp-port ${idpPort}`]),
    ...(dataDir === '.local/data' ? [] : [`--data-dir ${quoted(dataDir)}`]),
  ];
  // One of elsewhere is brought along.
  const token =
    tokenOptions === undefined ? "'<an access token>'" : `$(${['scripts/token alice', ...options].join(' ')})`;
  return `
A token alone opens nothing; with a session it does:

  TOKEN=${token}
  curl -i ${api}/users/me/events -H "authorization: Bearer $TOKEN"        # 403
  curl -X POST ${api}/users/me/sessions -H "authorization: Bearer $TOKEN"
  curl -X POST ${api}/users/me/events -H "authorization: Bearer $TOKEN" \\
    -H 'content-type: application/json' -d '{"type":"door.opened","data":{"door":7}}'
  curl ${api}/users/me/events -H "authorization: Bearer $TOKEN"

The AWS CLI works too:

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=${region}
  aws --endpoint-url ${aws} lambda invoke --function-name cloakroom-dev-refresh-keys --log-type Tail /dev/stdout
  aws --endpoint-url ${aws} logs filter-log-events --log-group-name /aws/lambda/cloakroom-dev-authorizer
  aws --endpoint-url ${aws} cloudwatch describe-alarms --state-value ALARM

Ctrl-C ends it.`;
}

/** As one word of a shell's command line. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
