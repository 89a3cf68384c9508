import { config } from '@sftkit/vitest';

export default config;
