import { expect, it } from 'vitest';
import { strftime } from './strftime.js';

const everything =
  '%Y %C %y %m %d %e|%j|%H %k %I %l %M %S %f %p %P|%u %w %U %W %V %G %g|%D %F %R %T|%r|%c|%x %X|%a %A %b %B %h|%n%t%%';

/** Written by Python's `datetime.strftime` in the C locale. */
it.each([
  [
    new Date(2024, 6, 6, 15, 4, 5, 678),
    '2024 20 24 07 06  6|188|15 15 03  3 04 05 678000 PM pm|6 6 26 27 27 2024 24|07/06/24 2024-07-06 15:04 15:04:05|03:04:05 PM|Sat Jul  6 15:04:05 2024|07/06/24 15:04:05|Sat Saturday Jul July Jul|\n\t%',
    '6 7 188 15 3 4 24',
  ],
  [
    new Date(2021, 0, 3, 0, 0, 9),
    '2021 20 21 01 03  3|003|00  0 12 12 00 09 000000 AM am|7 0 01 00 53 2020 20|01/03/21 2021-01-03 00:00 00:00:09|12:00:09 AM|Sun Jan  3 00:00:09 2021|01/03/21 00:00:09|Sun Sunday Jan January Jan|\n\t%',
    '3 1 3 0 12 0 21',
  ],
  [
    new Date(2024, 11, 30, 12, 30),
    '2024 20 24 12 30 30|365|12 12 12 12 30 00 000000 PM pm|1 1 52 53 01 2025 25|12/30/24 2024-12-30 12:30 12:30:00|12:30:00 PM|Mon Dec 30 12:30:00 2024|12/30/24 12:30:00|Mon Monday Dec December Dec|\n\t%',
    '30 12 365 12 12 30 24',
  ],
])('writes %s as Python does, whatever the host speaks', (date, expected, unpadded) => {
  expect(strftime(date, everything)).toBe(expected);
  expect(strftime(date, '%-d %-m %-j %-H %-I %-M %-y')).toBe(unpadded);
});

it.each(['%Q', '%Ey', '%-A', '%'])('refuses %s, which it does not know', (format) => {
  expect(() => strftime(new Date(0), `a ${format}`)).toThrow(/^strftime_now: expected one of .* got %/);
});
