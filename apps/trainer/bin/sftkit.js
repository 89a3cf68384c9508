#!/usr/bin/env node
// Stands outside dist/ so that the package manager can link it before the first build.
import '../dist/cli.js';
