// The lessons in the lecture's order.

export const lessons = [
  { name: "01-perceptron", en: "The perceptron and its step", ko: "퍼셉트론과 계단 함수" },
  { name: "02-bias-and-threshold", en: "Bias and threshold", ko: "편향과 임계값" },
  { name: "03-logic-gates", en: "AND, OR, NAND", ko: "AND, OR, NAND 게이트" },
  { name: "04-xor", en: "Why XOR fails, and how an MLP solves it", ko: "XOR 문제와 다층 퍼셉트론" },
  { name: "05-forward-pass", en: "The forward pass, by hand and by the library", ko: "순전파: 손으로, 라이브러리로" },
  { name: "06-initialization", en: "Initial weights", ko: "가중치 초기화" },
  { name: "07-activations", en: "Activation functions and the linear collapse", ko: "활성화 함수와 선형 붕괴" },
  { name: "08-losses", en: "Losses", ko: "손실 함수" },
  { name: "09-chain-rule", en: "The chain rule and back-propagation", ko: "연쇄 법칙과 역전파" },
  { name: "10-optimizers", en: "Optimizers racing on one surface", ko: "옵티마이저 경주" },
  { name: "11-hyperparameters", en: "Hyper-parameters", ko: "하이퍼파라미터 탐색" },
  { name: "12-overfitting", en: "Overfitting, shown and cured", ko: "과적합과 그 처방" },
  { name: "13-vanishing-gradients", en: "Vanishing gradients, shown and cured", ko: "기울기 소실과 그 처방" },
  { name: "14-mnist", en: "Practice: MNIST from nothing to 98 %", ko: "실습: MNIST를 처음부터 98 %까지" },
] as const;

export type LessonName = (typeof lessons)[number]["name"];
export type Language = "en" | "ko";
