export { readExamples } from './read-examples.node.js';
export { writeLines } from './write-lines.node.js';
