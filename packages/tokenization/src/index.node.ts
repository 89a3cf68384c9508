export { loadTokenizer } from './load-tokenizer.node.js';
