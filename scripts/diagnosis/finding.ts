interface Meaning {
  /** A `note` is worth knowing, and may be meant so. */
  readonly level: 'fault' | 'note';
  /** Why it matters, in a sentence. */
  readonly why: string;
}

/** Everything that can be found, by its code. docs/doctor.md says of each how to mend it. */
export const FINDINGS = {
  'api-missing': {
    level: 'fault',
    why: 'An API that is not there in this account and region, or is of another kind, is not protected by this installation.',
  },
  'stage-missing': {
    level: 'fault',
    why: 'Nobody can call a stage that is not there, and nothing of it can be looked at.',
  },
  'stage-undeployed': { level: 'fault', why: 'A stage without a deployment answers 404 or 403 to everybody.' },
  'undeployed-changes': {
    level: 'fault',
    why: 'A stage answers as it was deployed: what was configured since does not protect anything yet.',
  },
  'not-attached': { level: 'fault', why: 'Without the authorizer, a session that was ended still opens this API.' },
  'other-installation': {
    level: 'fault',
    why: 'Another installation knows other sessions: what is revoked in this one stays open there.',
  },
  'authorizer-not-live': {
    level: 'fault',
    why: 'Only the alias live is moved by deployments: another version is old code one day, and the bare function is unfinished code.',
  },
  'authorizer-unused': { level: 'fault', why: 'An authorizer that no route names is never asked.' },
  'authorizer-cached': {
    level: 'fault',
    why: 'While an answer is cached, a session that was ended still gets in, and one route may open another.',
  },
  'identity-source': {
    level: 'fault',
    why: 'API Gateway answers 401 by itself to requests without the source, so people with a cookie never get in.',
  },
  'token-validation': {
    level: 'fault',
    why: 'API Gateway answers 401 by itself to tokens that do not match the expression, and no log of ours tells of them.',
  },
  'payload-version': {
    level: 'fault',
    why: 'An HTTP API hands its routes over by their key in payload 2.0 alone: by 1.0 the authorizer takes it for a REST API.',
  },
  'simple-responses': {
    level: 'fault',
    why: 'The authorizer answers payload 2.0 simply: API Gateway takes that for a broken policy, and says 500 to everybody.',
  },
  'permission-missing': {
    level: 'fault',
    why: 'API Gateway may not invoke the authorizer, and says 500 to everybody.',
  },
  'permission-open': {
    level: 'fault',
    why: 'Any API of any AWS account may ask the authorizer about tokens that it has got hold of.',
  },
  'open-route': { level: 'fault', why: 'Anybody gets through to it, with or without a session.' },
  'other-authorizer': {
    level: 'fault',
    why: 'Another authorizer knows of no session: one that was ended still opens it.',
  },
  'connect-missing': {
    level: 'fault',
    why: 'Without a route $connect everybody may connect, and nobody asks the authorizer.',
  },
  'response-cached': {
    level: 'fault',
    why: 'The cache of the stage gives one person the answer that was made for another, unless who asks is part of its key.',
  },
  'cors-any-origin': {
    level: 'fault',
    why: "With credentials, a page of any such origin can act by its visitors' cookies.",
  },
  'preflight-guarded': {
    level: 'note',
    why: 'Browsers ask OPTIONS without credentials before a page of another origin may call: with the authorizer before it, none may.',
  },
  'bearer-only': { level: 'note', why: 'A TOKEN authorizer sees one header: cookies do not get in, bearer tokens do.' },
  'invoked-by-role': {
    level: 'note',
    why: 'API Gateway asks the authorizer by this role: whether it may, the policies of the role say, which are not looked at here.',
  },
  'alarms-unheard': { level: 'fault', why: 'Alarms go off and nobody is told.' },
  'recipient-unconfirmed': {
    level: 'fault',
    why: 'AWS sends nothing to a recipient until the link in its first message was opened.',
  },
  'domain-missing': { level: 'fault', why: 'Clients that come by the domain reach nothing.' },
  'domain-pending': {
    level: 'fault',
    why: 'Until its certificate is there, clients that come by the domain reach nothing.',
  },
  'domain-unmapped': { level: 'fault', why: 'A domain that no stage is mapped to answers 403 or 404 to everybody.' },
  'default-endpoint': {
    level: 'note',
    why: "By API Gateway's own address clients pass by whatever stands before the domain: mutual TLS, rate rules.",
  },
} as const satisfies Readonly<Record<string, Meaning>>;

type FindingCode = keyof typeof FINDINGS;

/** One thing that is not as it should be. */
export interface Finding {
  readonly code: FindingCode;
  /** Which resource, with its id: `HTTP API a1b2c3, route GET /orders`. */
  readonly where: string;
  /** What was found there, with the value that is wrong. */
  readonly what: string;
  /** What to do: a command, or a line of HCL. */
  readonly next: string;
}
