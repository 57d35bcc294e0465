/**
 * What the JSON API answers with, as JSON schemas: an answer holds of a view's object what its schema names. Names are
 * those of the view, whose rooms (`view/`) these files follow; times are RFC 3339.
 */
export * from './models/agent.js'
export * from './models/instance.js'
export * from './models/neighbor.js'
export * from './models/process.js'
export * from './models/rib.js'
