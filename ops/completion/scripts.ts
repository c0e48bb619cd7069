/** Shells that completion is there for. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What a shell reads at its start. It asks `./infra` itself, so it never falls behind the commands. */
export const completionScripts: { readonly [shell in Shell]: string } = {
  bash: `# Completion of ./infra for bash: source <(./infra completion bash)
_infra() {
  local IFS=$'\\n'
  COMPREPLY=($("$1" completion suggest -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _infra infra ./infra
`,
  zsh: `# Completion of ./infra for zsh, after compinit: source <(./infra completion zsh)
_infra() {
  local -a found
  found=("\${(@f)$("\${words[1]}" completion suggest -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  (( \${#found[1]} )) && compadd -- "\${found[@]}" || _files
}
compdef _infra infra ./infra
`,
  fish: `# Completion of ./infra for fish: ./infra completion fish | source
function __infra_suggest
  set -l words (commandline -opc)
  set -l partial (commandline -ct)
  $words[1] completion suggest -- $words[2..] "$partial" 2>/dev/null
end
complete -c infra -f -a '(__infra_suggest)'
`,
};
