/** Whether a text is what a pattern of IAM says: `*` is any run of characters, `?` is one. Everything else is itself. */
export type Matcher = (text: string) => boolean;

/** A pattern, read once: most of a stack's have no wildcard. */
export function globMatcher(glob: string): Matcher {
  if (glob === '*') return () => true;
  if (!/[*?]/.test(glob)) return (text) => text === glob;
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, 's');
  return (text) => pattern.test(text);
}

/**
 * IAM's ArnLike, and its patterns of resources: each of the six parts of an ARN is matched by itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnMatcher(pattern: string): Matcher {
  if (!/[*?]/.test(pattern)) return (arn) => arn === pattern && arnParts(arn).length === 6;
  const globs = arnParts(pattern).map(globMatcher);
  return (arn) => {
    const parts = arnParts(arn);
    return globs.length === 6 && parts.length === 6 && globs.every((matches, at) => matches(parts[at] ?? ''));
  };
}

/** {@link arnMatcher}, for a pattern that is used once. */
export function arnMatches(pattern: string, arn: string): boolean {
  return arnMatcher(pattern)(arn);
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
