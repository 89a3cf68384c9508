import { expect, test } from 'vitest';
import { chooseSystems, requireSystems } from './choose-systems.js';
import { SHAPES } from './shapes.js';
import type { System } from './systems.js';

const shape = SHAPES[0]!;
const present: System = {
  name: 'present',
  description: '',
  command: ['true'],
  missing: async () => undefined,
};
const absent: System = { ...present, name: 'absent', missing: async () => 'no such library' };
const hopeless: System = { ...present, name: 'hopeless', pointless: async () => 'it is no GPU' };

test('unasked, what is absent or hopeless is left out with a line that says so', async () => {
  const { systems, leftOut } = await chooseSystems([absent, present, hopeless], shape);
  expect(systems).toEqual([present]);
  expect(leftOut).toEqual(['absent left out: no such library', 'hopeless left out: it is no GPU']);
});

test('asked for, what is absent is an error and what is hopeless is raced', async () => {
  await expect(requireSystems([present, hopeless])).resolves.toBeUndefined();
  await expect(requireSystems([present, absent])).rejects.toThrow(
    '--backend absent: cannot run here: no such library',
  );
});
