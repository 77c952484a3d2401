/** As much of JSON Schema as the OpenAPI file uses. */
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

/** What is wrong with a value, each with its place; nothing where all is well. */
export function faults(value: unknown, schema: unknown, schemas: Json, at = '$'): string[] {
  if (!isObject(schema)) return [];
  const { $ref: ref, anyOf } = schema;
  if (typeof ref === 'string')
    return faults(value, schemas[ref.split('/').at(-1) ?? ''], schemas, at);
  if (Array.isArray(anyOf)) {
    const each = anyOf.map((option: unknown) => faults(value, option, schemas, at));
    return each.some((found) => found.length === 0) ? [] : (each[0] ?? []);
  }
  const own = valueFaults(value, schema, at);
  if (own.length > 0) return own;
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      faults(item, schema['items'], schemas, `${at}[${index}]`),
    );
  return isObject(value) ? objectFaults(value, schema, schemas, at) : [];
}

function valueFaults(value: unknown, { type, enum: allowed }: Json, at: string): string[] {
  if (typeof type === 'string' && TYPES[type]?.(value) === false)
    return [`${at} is no ${type}`];
  return Array.isArray(allowed) && !allowed.includes(value)
    ? [`${at} is none of ${allowed.join(', ')}`]
    : [];
}

function objectFaults(value: Json, schema: Json, schemas: Json, at: string): string[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => `${at}.${name} is missing`);
  const inside = Object.entries(value).flatMap(([name, item]) =>
    faults(item, properties[name] ?? schema['additionalProperties'], schemas, `${at}.${name}`),
  );
  return [...missing, ...inside];
}
