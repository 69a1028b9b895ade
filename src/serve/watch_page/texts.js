// Every text of the page, in both languages under the same keys.
export const texts = {
  en: {
    title: 'Trainings', language: 'Language', runs: 'Runs', filter: 'Filter', noRuns: 'No runs here yet.',
    curves: 'Curves', value: 'Value', over: 'over', smoothing: 'Smoothing', off: 'off', noChart: 'Choose runs in the table to see their curves.',
    epochs: 'Epochs', wrong: 'Wrong photos of {part}, the surest first', wrongNow: 'Photos of val that the last evaluation had wrong, the surest first', photo: 'photo', predicted: 'taken for', log: 'Last lines of the log', connected: 'read {time}', lost: 'The program does not answer; what stands here is of {time}.',
    pick: 'Choose {run}', run: 'run', state: 'state', epoch: 'epoch', best: 'best top-1', test: 'test top-1', left: 'left', speed: 'photos/s',
    settings: 'settings that differ', running: 'running', stopped: 'stopped', done: 'done', failed: 'failed', silent: 'silent',
    silentNote: 'It says that it runs, but nothing was written for ten minutes: it may have been killed.',
    checkpoint: 'Save now', stop: 'Stop and save', stop_after_epoch: 'Stop after this epoch', epochs_to: 'Train until epoch', set: 'Set',
    asked: 'Asked; the training answers after its step.', refused: 'Not done: {reason}', resume: 'To go on: {command}',
    filters: 'First filters after epoch {epoch}', compare: '{a} against {b}', same: 'All settings are the same.', setting: 'setting',
    otherData: 'These runs saw different photos: their numbers do not compare.', class: 'class', change: 'change', photos: 'photos',
    chart: '{value} of {runs} over {over}', program: 'program version', seconds: 'seconds',
    y: { val_top1: 'val top-1', val_top5: 'val top-5', val_loss: 'val loss', train_top1: 'train top-1', train_loss: 'train loss', rate: 'learning rate',
         photos_per_second: 'photos/s', wait_share: 'waiting for photos', step_loss: 'loss of each step', step_top1: 'top-1 of each step' },
    note: 'Note', save: 'Save', noteSaved: 'The note is saved in the run folder.', layers: 'Layers: length of weights and gradients by epoch',
    layersHelp: 'Each curve has its own scale. Weights that grow without end, or a gradient near 0 beside large ones, are where to look; the gradient is that of the last step of an epoch.',
    layer: 'layer', weight_norm: 'weights', gradient_norm: 'gradient', latest: 'latest', from_to: 'from {from} to {to}',
    x: { epoch: 'epochs', step: 'steps', time: 'minutes' },
  },
  zh: {
    title: '训练', language: '语言', runs: '训练记录', filter: '筛选', noRuns: '这里还没有训练记录。',
    curves: '曲线', value: '数值', over: '横轴', smoothing: '平滑', off: '关', noChart: '在表中选择训练记录以查看曲线。',
    epochs: '轮次', wrong: '{part} 中答错的照片，最自信的在前', wrongNow: '上一次评估中 val 答错的照片，最自信的在前', photo: '照片', predicted: '被当作', log: '日志的最后几行', connected: '读取于 {time}', lost: '程序没有应答；这里显示的是 {time} 的内容。',
    pick: '选择 {run}', run: '训练记录', state: '状态', epoch: '轮次', best: '最佳 top-1', test: '测试 top-1', left: '剩余', speed: '照片/秒',
    settings: '不同的设置', running: '进行中', stopped: '已停止', done: '已完成', failed: '失败', silent: '无响应',
    silentNote: '记录显示正在运行，但十分钟没有写入任何内容：进程可能已被终止。',
    checkpoint: '立即保存', stop: '停止并保存', stop_after_epoch: '本轮结束后停止', epochs_to: '训练到第几轮', set: '设定',
    asked: '已提出请求；训练会在当前步结束后响应。', refused: '未执行：{reason}', resume: '继续训练：{command}',
    filters: '第 {epoch} 轮后的第一层卷积核', compare: '{a} 与 {b} 比较', same: '所有设置都相同。', setting: '设置',
    otherData: '这些训练使用的照片不同：数字不能直接比较。', class: '类别', change: '变化', photos: '照片',
    chart: '{runs} 的{value}，横轴为{over}', program: '程序版本', seconds: '秒',
    y: { val_top1: '验证 top-1', val_top5: '验证 top-5', val_loss: '验证损失', train_top1: '训练 top-1', train_loss: '训练损失', rate: '学习率',
         photos_per_second: '照片/秒', wait_share: '等待照片', step_loss: '每步损失', step_top1: '每步 top-1' },
    note: '备注', save: '保存', noteSaved: '备注已保存在训练文件夹中。', layers: '各层：权重与梯度的长度（按轮次）',
    layersHelp: '每条曲线有自己的刻度。无止境增长的权重，或与其他层相比接近 0 的梯度，值得查看；梯度取自每轮的最后一步。',
    layer: '层', weight_norm: '权重', gradient_norm: '梯度', latest: '最新', from_to: '从 {from} 到 {to}',
    x: { epoch: '轮次', step: '步数', time: '分钟' },
  },
};

/** The words for a language: t('refused', {reason: '...'}). */
export function translator(language) {
  const words = texts[language];
  return (key, values = {}) => {
    const text = key.split('.').reduce((found, part) => found[part], words);
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  };
}
