import * as v from 'valibot';

/** As DNS has it: lower case, two labels at least, no dot at the end, no pattern. */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):(\d{12}):certificate\/[\w-]+$/;

const mutualTls = v.strictObject({
  /** The certificates of those who sign clients' certificates, in PEM. */
  truststoreUri: v.pipe(
    v.string(),
    v.regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/, 'must be s3://<bucket>/<key>'),
  ),
  /** Of the object in S3. Without it, API Gateway takes up a new version only when something else is changed. */
  truststoreVersion: v.optional(v.pipe(v.string(), v.minLength(1))),
});

/** The domain under which clients reach the API. */
export const domainSchema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.regex(HOST_NAME, 'must be a host name in lower case, such as api.example.com')),
    /** Of a certificate that is issued already, in the API's region. */
    certificateArn: v.optional(v.pipe(v.string(), v.regex(CERTIFICATE_ARN, 'must be the ARN of a certificate of ACM'))),
    /** Of Route 53: a certificate is made and validated there, and the name leads to the API. */
    hostedZoneId: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9]{1,32}$/, 'must be the id of a hosted zone, Z…'))),
    /** Clients must show a certificate. */
    mutualTls: v.optional(mutualTls),
    /** Whether API Gateway's own address answers beside the domain: for as long as clients move from one to the other. */
    defaultEndpoint: v.optional(v.picklist(['on', 'off'])),
  }),
  v.check(
    ({ certificateArn, hostedZoneId }) => (certificateArn === undefined) !== (hostedZoneId === undefined),
    ({ input }) =>
      `has ${input.certificateArn === undefined ? 'neither' : 'both'}, and needs exactly one: certificateArn, of a certificate that is issued, or hostedZoneId, where one is made and validated`,
  ),
  v.check(
    ({ mutualTls: told, defaultEndpoint }) => told === undefined || defaultEndpoint !== 'on',
    "mutualTls does not go with defaultEndpoint 'on': whoever has no certificate would come by API Gateway's own address. Leave one of them out",
  ),
);

export type Domain = v.InferOutput<typeof domainSchema>;

/** An environment, as far as its domain must agree with it. */
interface Told {
  readonly region: string;
  readonly accountId?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly domain?: Domain | undefined;
}

/** What contradicts between a domain and the rest of its environment. Empty when nothing does. */
export function domainProblems({ region, accountId, publicUrl, domain }: Told): readonly string[] {
  if (domain === undefined) return [];
  const [, ofRegion = region, ofAccount = accountId] = CERTIFICATE_ARN.exec(domain.certificateArn ?? '') ?? [];
  const url = urlOf(domain);
  return [
    ...(ofRegion === region
      ? []
      : [
          `domain.certificateArn is of ${ofRegion}, and the API in ${region}: API Gateway takes certificates of its own region alone. Have one issued there, or say hostedZoneId instead`,
        ]),
    ...(accountId === undefined || ofAccount === accountId
      ? []
      : [
          `domain.certificateArn is of the account ${ofAccount}, and not of accountId ${accountId}: take a certificate of that account, or say hostedZoneId instead`,
        ]),
    ...(publicUrl === undefined || publicUrl === url
      ? []
      : [`publicUrl ${publicUrl} is not ${url}, where domain.name has clients come: leave publicUrl out`]),
  ];
}

/** An environment with a domain is reached there. */
export function withPublicUrl<E extends Told>(environment: E): E {
  const { domain } = environment;
  return domain === undefined ? environment : { ...environment, publicUrl: environment.publicUrl ?? urlOf(domain) };
}

function urlOf({ name }: Domain): string {
  return `https://${name}`;
}
