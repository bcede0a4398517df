/** Puts the built extension into a .vsix: a zip with a manifest that the gallery and `code --install-extension` read. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zip } from "./zip.mjs";

const root = new URL("..", import.meta.url);
const read = (path) => readFileSync(new URL(path, root));
const extension = JSON.parse(read("package.json").toString());

/** Exactly what the extension needs when it runs. */
const files = [
  ["README.md", "README.md"],
  ["LICENSE.txt", "../../LICENSE"],
  ["language-configuration.json", "language-configuration.json"],
  ["syntaxes/rpc.tmLanguage.json", "syntaxes/rpc.tmLanguage.json"],
  ["snippets/rpc.json", "snippets/rpc.json"],
  ["dist/extension.cjs", "dist/extension.cjs"],
];

const types = { json: "application/json", md: "text/markdown", txt: "text/plain", cjs: "application/javascript" };

const escape = (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

function manifest() {
  const { publisher, name, version, displayName, description, categories, engines } = extension;
  const asset = (type, path) =>
    `    <Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${path}" Addressable="true"/>`;
  const property = (id, value) => `      <Property Id="Microsoft.VisualStudio.${id}" Value="${escape(value)}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escape(name)}" Version="${version}" Publisher="${escape(publisher)}"/>
    <DisplayName>${escape(displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(description)}</Description>
    <Tags>rpc,rpcgen,__ext_rpc</Tags>
    <Categories>${escape(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${property("Code.Engine", engines.vscode)}
${property("Code.ExtensionDependencies", "")}
${property("Code.ExtensionPack", "")}
${property("Code.ExtensionKind", "workspace")}
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
${asset("Code.Manifest", "package.json")}
${asset("Services.Content.Details", "README.md")}
${asset("Services.Content.License", "LICENSE.txt")}
  </Assets>
</PackageManifest>
`;
}

function contentTypes() {
  const all = Object.entries({ ...types, vsixmanifest: "text/xml" });
  const defaults = all.map(([ending, type]) => `  <Default Extension=".${ending}" ContentType="${type}"/>`);
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${defaults.join("\n")}
</Types>
`;
}

/** What is only for those who build it is left out. */
const { scripts: _scripts, devDependencies: _devDependencies, private: _private, ...shipped } = extension;

const name = `${extension.name}-${extension.version}.vsix`;
const entries = [
  ["extension.vsixmanifest", Buffer.from(manifest())],
  ["[Content_Types].xml", Buffer.from(contentTypes())],
  ["extension/package.json", Buffer.from(`${JSON.stringify(shipped, null, 2)}\n`)],
  ...files.map(([to, from]) => [`extension/${to}`, read(from)]),
];
const archive = zip(entries);
writeFileSync(new URL(name, root), archive);
console.log(`${fileURLToPath(new URL(name, root))}: ${entries.length} files, ${Math.ceil(archive.length / 1024)} KiB`);
