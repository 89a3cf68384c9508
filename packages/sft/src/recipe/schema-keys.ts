import { z } from 'zod';

type Path = readonly PropertyKey[];

/** Keys that an object of the schema may have at a path; none where there is no object with fixed keys. */
export function keysAt(schema: z.ZodType, path: Path): string[] {
  let current: z.ZodType | undefined = schema;
  for (const key of path) {
    current = objectOf(current)?.shape[String(key)] as z.ZodType | undefined;
  }
  return Object.keys(objectOf(current)?.shape ?? {});
}

/** The object under defaults, options and unions. */
function objectOf(schema: z.ZodType | undefined): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return objectOf(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options
      .map((option) => objectOf(option as z.ZodType))
      .find((object) => object !== undefined);
  }
  return undefined;
}
