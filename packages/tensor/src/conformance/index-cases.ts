import { gather } from '../ops/gather.js';
import { scatterAdd } from '../ops/scatter-add.js';
import { type ConformanceCase, defineCase, floats, integers } from './conformance-case.js';
import { ARITHMETIC, EXACT } from './tolerances.js';

const ids = integers([2, 5], [3, 0, 3, 12, 3, 7, 12, 0, 3, 1]);

export const indexCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'gather (13, 6) by (2, 5) with repeated ids',
    inputs: { table: floats([13, 6], 300), ids },
    body: ({ table, ids }) => ({ y: gather(table, ids) }),
    differentiate: ['table'],
    tolerance: { ...ARITHMETIC, value: EXACT.value },
  }),
  defineCase({
    name: 'gather of one row of width 1 by a scalar and by (1)',
    inputs: { table: floats([4, 1], 301), scalar: integers([], [2]), one: integers([1], [3]) },
    body: ({ table, scalar, one }) => ({ y: gather(table, scalar), z: gather(table, one) }),
    differentiate: ['table'],
    tolerance: EXACT,
  }),
  defineCase({
    name: 'scatterAdd with repeated ids and rows that no id names',
    inputs: { updates: floats([2, 5, 6], 302), ids },
    body: ({ updates, ids }) => ({ y: scatterAdd(updates, ids, 13) }),
    differentiate: ['updates'],
    tolerance: ARITHMETIC,
  }),
  defineCase({
    name: 'scatterAdd of 70 rows to one of 2',
    inputs: { updates: floats([70, 3], 303, 0, 1), ids: integers([70], new Array(70).fill(1)) },
    body: ({ updates, ids }) => ({ y: scatterAdd(updates, ids, 2) }),
    differentiate: ['updates'],
    tolerance: ARITHMETIC,
  }),
];
