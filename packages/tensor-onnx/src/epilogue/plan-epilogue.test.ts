import { adamW, add, f32, i32, mul, type Program, scatterAdd, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { lowerProgram } from '../lowering/lower-program.js';
import { planEpilogue } from './plan-epilogue.js';

const inputs = { x: f32(3, 2), y: f32(5, 2), ids: i32(3) };

function kinds(program: Program): string[] {
  return planEpilogue(program).steps.map((step) => step.kind);
}

test('rows are added to the dense gradient where it lies, in either order of the sum', () => {
  for (const order of [1, -1]) {
    const program = trace(inputs, ({ x, y, ids }) => {
      const terms = [mul(y, y), scatterAdd(x, ids, 5)] as const;
      return { table: order === 1 ? add(terms[0], terms[1]) : add(terms[1], terms[0]) };
    });
    expect(kinds(program)).toEqual(['scatterAdd']);
    expect(lowerProgram(program).model.nodes.map((node) => node.opType)).toEqual(['Mul']);
  }
});

test('rows are added to a sum of several tables, which the graph makes without them', () => {
  const types = { ...inputs, before: f32(5, 2) };
  const program = trace(types, ({ x, y, ids, before }) => ({
    table: add(before, add(mul(y, y), scatterAdd(x, ids, 5))),
  }));
  expect(kinds(program)).toEqual(['scatterAdd']);
  expect(lowerProgram(program).model.nodes.map((node) => node.opType)).toEqual(['Add', 'Mul']);
});

test('what the rest of the program reads stays in the graph', () => {
  const scatterIsRead = trace(inputs, ({ x, ids }) => {
    const table = scatterAdd(x, ids, 5);
    return { table, doubled: add(table, table) };
  });
  expect(kinds(scatterIsRead)).toEqual([]);
  const baseIsInput = trace(inputs, ({ x, y, ids }) => ({ table: add(y, scatterAdd(x, ids, 5)) }));
  expect(kinds(baseIsInput)).toEqual([]);
  const baseIsRead = trace(inputs, ({ x, y, ids }) => {
    const base = mul(y, y);
    return { table: add(base, scatterAdd(x, ids, 5)), other: add(base, base) };
  });
  expect(kinds(baseIsRead)).toEqual([]);
  const updateIsRead = trace({ p: f32(2), s: f32(4) }, ({ p, s }) => {
    const next = adamW(p, p, p, p, s);
    return { p: next.parameter, doubled: add(next.parameter, next.parameter) };
  });
  expect(kinds(updateIsRead)).toEqual([]);
});

test('a program of updates alone has no graph', () => {
  const program = trace({ p: f32(2), g: f32(2), m: f32(2), v: f32(2), s: f32(4) }, ({ p, g, m, v, s }) => {
    const next = adamW(p, g, m, v, s);
    return { p: next.parameter, m: next.m, v: next.v };
  });
  expect(lowerProgram(program).model.outputs).toEqual([]);
  expect(kinds(program)).toEqual(['adamW']);
});
