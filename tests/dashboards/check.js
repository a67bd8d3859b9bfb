// Checks dashboards against the types in dashboard.ts:
//
//   node check.js FILE.json...
//
// TypeScript and Grafana's types are those installed beside this file, or in the folder HEALTH_AGENT_TEST_DASHBOARDS.
// Each mistake is reported with its line; the exit code is then 1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const installed = process.env.HEALTH_AGENT_TEST_DASHBOARDS || here;
const ts = createRequire(join(installed, 'package.json'))('typescript');

// Read as if they stood beside the packages, where imports of these resolve. A dashboard becomes a literal, since of
// literals alone TypeScript refuses what the type does not have.
const types = join(installed, 'dashboard.ts');
const sources = new Map([[types, readFileSync(join(here, 'dashboard.ts'), 'utf8')]]);
const files = new Map();
for (const file of process.argv.slice(2)) {
  const source = join(installed, `dashboard-${files.size}.ts`);
  files.set(source, file);
  sources.set(source, `(${readFileSync(resolve(file), 'utf8')}) satisfies import('./dashboard').WrittenDashboard;\nexport {};\n`);
}

const options = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  noErrorTruncation: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
};
const host = ts.createCompilerHost(options);
const { fileExists, getSourceFile, readFile } = host;
host.fileExists = name => sources.has(name) || fileExists(name);
host.readFile = name => sources.get(name) ?? readFile(name);
host.getSourceFile = (name, version, ...rest) =>
  sources.has(name) ? ts.createSourceFile(name, sources.get(name), version) : getSourceFile(name, version, ...rest);

const program = ts.createProgram([...sources.keys()], options, host);
const mistakes = ts.getPreEmitDiagnostics(program);
for (const { file, start, messageText } of mistakes) {
  const place = file ? `${files.get(file.fileName) ?? file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
  console.log(place + ts.flattenDiagnosticMessageText(messageText, '\n'));
}

if (files.size === 0) {
  console.log('which dashboards?');
}

process.exitCode = mistakes.length > 0 || files.size === 0 ? 1 : 0;
