/** Packs what is built here as it would be published, and installs it into empty projects with npm, as a user does. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..', '..');
const pnpm = join(root, 'node_modules', '.bin', 'pnpm');

/** The environment of a user: pnpm's commands put every package of this repository on NODE_PATH. */
const environment: NodeJS.ProcessEnv = { ...process.env };
delete environment.NODE_PATH;

interface Packed {
  readonly name: string;
  readonly tarball: string;
  readonly dependencies: readonly string[];
}

/** One package of an installed project's package-lock.json. */
export interface Locked {
  readonly path: string;
  /** Where npm got it from. */
  readonly resolved: string | undefined;
  readonly hasInstallScript: boolean;
}

/** @returns standard output, trimmed */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, env: environment });
  return stdout.trim();
}

/** The folders of `packages`, sorted. */
export const packageFolders = readdirSync(join(root, 'packages')).sort();

/** Tarballs of every package and of the app, and the projects they were installed into. */
export class PackedWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'sftkit-alone-'));
  private readonly packed = new Map<string, Packed>();
  private readonly projects = new Map<string, Promise<string>>();

  /** @throws {Error} if a package is not built */
  async pack(): Promise<void> {
    for (const parts of [...packageFolders.map((name) => ['packages', name]), ['apps', 'trainer']]) {
      const cwd = join(root, ...parts);
      if (!existsSync(join(cwd, 'dist'))) {
        throw new Error(`${parts.join('/')}: expected a built package, found no dist; run: turbo run build`);
      }
      const { name, dependencies = {} } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as {
        readonly name: string;
        readonly dependencies?: Readonly<Record<string, string>>;
      };
      const { filename } = JSON.parse(
        await run(pnpm, ['pack', '--json', '--pack-destination', this.folder], cwd),
      ) as { readonly filename: string };
      this.packed.set(name, { name, tarball: filename, dependencies: Object.keys(dependencies) });
    }
  }

  /**
   * Installs a package, and those of ours below it, into an empty project; once, however often it is asked for.
   * @returns the project's directory
   * @throws {Error} with npm's own words if npm fails
   */
  project(name: string): Promise<string> {
    const known = this.projects.get(name) ?? this.install(name);
    this.projects.set(name, known);
    return known;
  }

  private async install(name: string): Promise<string> {
    const project = join(this.folder, name.replace('@sftkit/', 'only-'));
    mkdirSync(project);
    const dependencies = Object.fromEntries(
      [...this.withOursBelow(name)].map((one) => [one, `file:${this.packed.get(one)!.tarball}`]),
    );
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'alone', private: true, type: 'module', dependencies }),
    );
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], project);
    return project;
  }

  private withOursBelow(name: string, found = new Set<string>()): Set<string> {
    if (found.has(name)) return found;
    found.add(name);
    for (const below of this.packed.get(name)!.dependencies) {
      if (this.packed.has(below)) this.withOursBelow(below, found);
    }
    return found;
  }
}

/** What npm installed into a project. */
export function lockedIn(project: string): Locked[] {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<
      Record<string, { readonly resolved?: string; readonly hasInstallScript?: boolean }>
    >;
  };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { resolved, hasInstallScript = false }]) => ({ path, resolved, hasInstallScript }));
}

/** Bytes of all files of a directory, in millions. */
export function megabytesOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return bytes / 1e6;
}
