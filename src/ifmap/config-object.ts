/**
 * One configuration object, as every store gives it and the graph takes it (spec config 1.2, 1.3). Immutable.
 * Names and types are schema names (`virtual-network`); members of values are API names (`network_id`).
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json
}

export interface ConfigObject {
  readonly type: string
  /** The components of the fully qualified name joined by `:`; a component may hold colons itself. */
  readonly name: string
  readonly parent: ParentReference | undefined
  /**
   * By API name. Values have the kinds of the schema (spec config 1.6): integers and booleans are no texts, 64-bit
   * numbers are decimal texts, lists are lists; members that are null or absent are left out.
   */
  readonly properties: JsonObject
  readonly references: readonly Reference[]
}

export interface ParentReference {
  readonly type: string
  readonly name: string
}

export interface Reference {
  readonly type: string
  readonly name: string
  /** Of a link with a middle node; empty when the API gives none. */
  readonly attribute: JsonObject | undefined
}

/** What an object is known by: no two objects of one origin share type and name. */
export const identityOf = (object: { readonly type: string; readonly name: string }): string =>
  `${object.type} ${object.name}`

/** Something wrong with an object, or worth a second look. */
export interface ObjectProblem {
  /** An object with an `error` is not taken; one with a `warning` is. */
  readonly severity: 'error' | 'warning'
  /** From the object inwards: `['bgp_router_parameters', 'address_families', 'family', 2]`. */
  readonly path: readonly (string | number)[]
  readonly reason: string
}
