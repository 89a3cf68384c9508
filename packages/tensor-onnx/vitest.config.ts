import { config } from '@sftkit/vitest';

// Tests that load the library by itself leave nothing in the home folder either.
export default { ...config, test: { ...config.test, env: { ORT_DISABLE_TELEMETRY: '1' } } };
