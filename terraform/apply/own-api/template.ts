import { ok } from 'node:assert';

/** A template of CloudFormation. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The properties of all resources of a type, in the order of the template. */
function propertiesOf({ Resources }: Template, type: string): readonly TemplateResource['Properties'][] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
}

/** The one resource of a type. */
export function onlyOf(template: Template, type: string): TemplateResource['Properties'] {
  const [only, ...others] = propertiesOf(template, type);
  ok(only !== undefined && others.length === 0, `there is not one ${type}`);
  return only;
}

/** The permissions on functions whose name holds a text: on the authorizer, which `attachTo` gives. */
export function permissionsOn(template: Template, name: string): readonly TemplateResource['Properties'][] {
  const permissions = propertiesOf(template, 'AWS::Lambda::Permission');
  ok(permissions.length > 0, 'there are none at all: the API could not invoke its own function');
  return permissions.filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(name));
}
