import { render, Text } from 'ink'

render(<Text>ctscope</Text>, { exitOnCtrlC: true, alternateScreen: true, interactive: true })
setTimeout(() => {}, 60_000)
