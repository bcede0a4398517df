/** Names the tests that passed only when they were tried again: a machine that was busy, or a test that wants mending. */

export default class TriesReporter {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        if (test.diagnostic()?.flaky) console.log(`TRIED AGAIN  ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
  }
}
